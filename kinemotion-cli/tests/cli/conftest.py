"""The fixtures of the command line."""

from command_line import blind, clip, interruptible, kinemotion, measured, one_process, refused, seeing, wrong
from tiny_videos import make_video

__all__ = [
    "blind",
    "clip",
    "interruptible",
    "kinemotion",
    "make_video",
    "measured",
    "one_process",
    "refused",
    "seeing",
    "wrong",
]
