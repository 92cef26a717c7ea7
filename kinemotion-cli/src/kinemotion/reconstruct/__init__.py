"""From poses in pixels to a body in metres."""

from kinemotion.reconstruct.body_motion import reconstruct

__all__ = ["reconstruct"]
