"""Colours that colour-blind people can distinguish, one meaning each in every picture.

Okabe & Ito 2008, "Color Universal Design", https://jfly.uni-koeln.de/color/.
"""

from collections.abc import Mapping
from zlib import crc32

from kinemotion.motion.events import Phase

ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE, GREY = "#0072B2", "#D55E00", "#CC79A7", "#8A8F98"
INK, PAPER = "#12161C", "#FFFFFF"

SIDES = {"left": ORANGE, "right": SKY}
"""The athlete's left and right in pictures; plots on white paper use the darker pair."""
PRINTED_SIDES = {"left": VERMILION, "right": BLUE}

PHASES: Mapping[str, str] = {
    "box": BLUE,
    "contact": ORANGE,
    "fall": PURPLE,
    "hold": PURPLE,
    "unweighting": PURPLE,
    "braking": ORANGE,
    "propulsion": GREEN,
    "flight": SKY,
    "landing": YELLOW,
    "stance_left": SIDES["left"],
    "stance_right": SIDES["right"],
}
"""One colour a name, the same in every movement: those of one movement differ from each other."""
_OTHERS = (PURPLE, GREEN, YELLOW, VERMILION, BLUE)


def choose_phase_colours(phases: tuple[Phase, ...]) -> dict[str, str]:
    """Return the colour of each phase by its name; a name that is not known here always gets the same colour."""
    return {part.name: PHASES.get(part.name) or _OTHERS[crc32(part.name.encode()) % len(_OTHERS)] for part in phases}
