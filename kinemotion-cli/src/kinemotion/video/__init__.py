"""Video files: exact time stamps, upright frames, one after the other; and encoding."""

from kinemotion.video.container import Limits
from kinemotion.video.decode import Video, open_video

__all__ = ["Limits", "Video", "open_video"]
