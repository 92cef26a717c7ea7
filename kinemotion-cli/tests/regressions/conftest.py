"""The fixtures of the command line, for faults that were found from outside."""

from command_line import blind, clip, interruptible, kinemotion, measured, one_process, refused, seeing, wrong

__all__ = ["blind", "clip", "interruptible", "kinemotion", "measured", "one_process", "refused", "seeing", "wrong"]
