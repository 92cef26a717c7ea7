"""Where the plates lie: beside the athletes, or in a margin above and below the picture. They never cover anybody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from PIL import Image as Pictures

from kinemotion.motion.body import Motion
from kinemotion.report.overlay.draw import Box, find_box_around
from kinemotion.report.palette import INK
from kinemotion.report.series import place_all_on_picture

Size = tuple[int, int]
"""Width and height, px."""

_AROUND_JOINTS_M = 0.13
"""Engineering limit: how far a body reaches beyond its joints: the crown above the ears, the fingertips beyond the
knuckles."""


@dataclass(frozen=True, slots=True)
class Plates:
    """How large the plates of one trial are, px."""

    values: Size
    results: Size
    strip: Size
    timeline_height: int
    narrowest: int
    """Least width of a timeline that can be read."""
    edge: int
    """Distance of the plates from the picture's edge and from each other."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the plates of one trial lie on the canvas: the picture with its margins."""

    values: Box
    results: Box
    strip: Box
    timeline: Box

    @property
    def boxes(self) -> tuple[Box, ...]:
        """All plates."""
        return self.values, self.results, self.strip, self.timeline


@dataclass(frozen=True, slots=True)
class Margins:
    """What is added to the picture, px."""

    above: int = 0
    below: int = 0

    def enlarge(self, size: Size) -> Size:
        """Return the size of the canvas."""
        return size[0], size[1] + self.above + self.below

    def add_to(self, picture: Pictures.Image) -> Pictures.Image:
        """Return the canvas with the picture on it."""
        if not self.above:
            return picture
        canvas = Pictures.new("RGB", self.enlarge(picture.size), INK)
        canvas.paste(picture, (0, self.above))
        return canvas


def find_body(motion: Motion, size: Size) -> Box | None:
    """Return the box of all joints in all frames, with what a body has beyond them; None where it is never in view."""
    points = place_all_on_picture(motion, motion.joints)
    return find_box_around(points, margin=_AROUND_JOINTS_M / motion.pixels.m_per_px, size=size)


def arrange(asked: Sequence[tuple[Plates, list[Box]]], size: Size) -> tuple[Margins, list[Layout]]:
    """Return the margins with which the plates of every trial have room, none where all fit, and each trial's places.

    ``asked`` holds the plates of each trial and the bodies that they must not cover.
    """
    inside = [found for plates, bodies in asked if (found := _arrange_inside(plates, bodies, size=size))]
    if len(inside) == len(asked):
        return Margins(), inside
    above = max(_measure_top(plates, size[0]) for plates, _ in asked)
    free_below = all(_is_free(_place_below(plates, size), bodies) for plates, bodies in asked)
    below = 0 if free_below else max(plates.timeline_height + 2 * plates.edge for plates, _ in asked)
    margins = Margins(make_even(above), make_even(below))
    return margins, [_arrange_outside(plates, margins.enlarge(size)) for plates, _ in asked]


def _is_apart(first: Box, second: Box) -> bool:
    """Return whether two boxes share no pixel."""
    return first[2] <= second[0] or second[2] <= first[0] or first[3] <= second[1] or second[3] <= first[1]


def _arrange_inside(plates: Plates, bodies: list[Box], *, size: Size) -> Layout | None:
    """Return the first places in the picture that cover neither a body nor each other; None where there are none."""
    for layout in _list_places(plates, size):
        boxes = layout.boxes
        in_picture = all(box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1] for box in boxes)
        apart = all(_is_apart(first, second) for first, second in combinations(boxes, 2))
        if in_picture and apart and all(_is_free(box, bodies) for box in boxes):
            return layout
    return None


def _list_places(plates: Plates, size: Size) -> Iterator[Layout]:
    """Yield the places in the picture that look well, the best first."""
    for mirrored, timeline_at in product((False, True), ("below", "under", "between")):
        values = _place(plates.values, size[0], edge=plates.edge, right=mirrored, top=plates.edge)
        strip = _place(plates.strip, size[0], edge=plates.edge, right=not mirrored, top=plates.edge)
        timeline = _place_timeline(timeline_at, plates, size=size, over=sorted((values, strip)))
        if timeline[2] - timeline[0] < plates.narrowest:
            continue
        tops = [box[3] for box in (values, strip)] + ([timeline[3]] if timeline_at == "under" else [])
        bottom = timeline[1] if timeline_at == "below" else size[1]
        for right, top in product(
            (mirrored, not mirrored), (max(tops) + plates.edge, bottom - plates.edge - plates.results[1])
        ):
            results = _place(plates.results, size[0], edge=plates.edge, right=right, top=top)
            yield Layout(values, results, strip, timeline)


def _place_timeline(at: str, plates: Plates, *, size: Size, over: list[Box]) -> Box:
    """Return the box of the timeline below, under two plates at the top, or between these."""
    edge, (left, right) = plates.edge, over
    if at == "below":
        return _place_below(plates, size)
    if at == "under":
        top = max(left[3], right[3]) + edge
        return edge, top, size[0] - edge, top + plates.timeline_height
    return left[2] + edge, edge, right[0] - edge, edge + plates.timeline_height


def _arrange_outside(plates: Plates, canvas: Size) -> Layout:
    """Return the places in the margins, with the timeline at the lower edge of the canvas."""
    edge = plates.edge
    values = _place(plates.values, canvas[0], edge=edge, right=False, top=edge)
    strip = _place(plates.strip, canvas[0], edge=edge, right=True, top=edge)
    results_top = _find_results_top(plates, canvas[0])
    results = _place(plates.results, canvas[0], edge=edge, right=False, top=results_top)
    return Layout(values, results, strip, _place_below(plates, canvas))


def _find_results_top(plates: Plates, width: int) -> int:
    """Return where the results begin in the margin above: under the values, or under the strip too if it is narrow."""
    edge = plates.edge
    beside_strip = plates.results[0] + plates.strip[0] + 3 * edge <= width
    over = plates.values[1] if beside_strip else max(plates.values[1], plates.strip[1])
    return 2 * edge + over


def _measure_top(plates: Plates, width: int) -> int:
    """Return the height of the margin above."""
    edge = plates.edge
    return max(_find_results_top(plates, width) + plates.results[1], edge + plates.strip[1]) + edge


def _place(plate: Size, width: int, *, edge: int, right: bool, top: int) -> Box:
    """Return the box of a plate at the left or right edge of a canvas of that width."""
    left = width - edge - plate[0] if right else edge
    return left, top, left + plate[0], top + plate[1]


def _place_below(plates: Plates, size: Size) -> Box:
    """Return the box of the timeline at the lower edge."""
    bottom = size[1] - plates.edge
    return plates.edge, bottom - plates.timeline_height, size[0] - plates.edge, bottom


def _is_free(box: Box, bodies: list[Box]) -> bool:
    """Return whether a box covers none of the bodies."""
    return all(_is_apart(box, body) for body in bodies)


def make_even(length: int) -> int:
    """Return the length, one more where it is odd: encoders want even sides."""
    return length + length % 2
