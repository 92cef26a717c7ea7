"""How the feet of a sport meet the ground: declared by the sport, handed down to the search for contacts."""

from enum import Enum


class ContactModel(Enum):
    """What the search for ground contacts may take for granted."""

    JUMPING = "jumping"
    """Feet stand, leave and land side by side or one by one; toes are pulled off by legs that extend."""
    RUNNING = "running"
    """Feet take turns: the front foot lands, the rear foot leaves, once each between two crossings of the legs."""
