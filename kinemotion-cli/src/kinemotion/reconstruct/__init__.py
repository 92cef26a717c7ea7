"""From poses in pixels to a body in metres: repairs, contacts, scale, centre of mass, angles, quality."""

from kinemotion.reconstruct.body_motion import reconstruct

__all__ = ["reconstruct"]
