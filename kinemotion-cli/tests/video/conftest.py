"""The fixture of the tests of files."""

from tiny_videos import make_video

__all__ = ["make_video"]
