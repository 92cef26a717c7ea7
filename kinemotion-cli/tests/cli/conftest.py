"""The fixtures of the command line."""

from command_line import blind, clip, interruptible, kinemotion, measured, one_process, refused, seeing, wrong

__all__ = ["blind", "clip", "interruptible", "kinemotion", "measured", "one_process", "refused", "seeing", "wrong"]
