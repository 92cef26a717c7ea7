"""Colours that the colour-blind tell apart, one meaning each in every picture.

Okabe & Ito 2008, "Color Universal Design", https://jfly.uni-koeln.de/color/.
"""

from kinemotion.motion.events import Phase

ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILION, PURPLE, GREY = "#0072B2", "#D55E00", "#CC79A7", "#8A8F98"
INK, PAPER = "#12161C", "#FFFFFF"

SIDES = {"left": ORANGE, "right": SKY}
"""The athlete's left and right in pictures; plots on white paper use the darker pair."""
PRINTED_SIDES = {"left": VERMILION, "right": BLUE}

_GROUND = (PURPLE, ORANGE, GREEN, YELLOW, VERMILION, BLUE)


def phase_colours(phases: tuple[Phase, ...]) -> dict[str, str]:
    """Colour of each phase by name: a foot's own where it names one, sky for the flight, the others in turn."""
    fixed = {"flight": SKY, "stance_left": SIDES["left"], "stance_right": SIDES["right"]}
    ground = [name for name in dict.fromkeys(part.name for part in phases) if name not in fixed]
    return fixed | {name: _GROUND[place % len(_GROUND)] for place, name in enumerate(ground)}
