"""From poses in pixels to a body in metres."""

from kinemotion.reconstruct.assemble import reconstruct

__all__ = ["reconstruct"]
