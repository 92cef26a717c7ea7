"""The edge that reads video: frames with exact time stamps, upright, one after the other."""

from kinemotion.video.container import Limits
from kinemotion.video.decode import Video, open_video

__all__ = ["Limits", "Video", "open_video"]
