"""What was seen of a refused clip, as a chart: how high hips and feet are in the picture, and when anybody is visible.

A flight shows as hips and feet that rise together, a dip as hips that sink over feet that rest: a reader sees what the
athlete did, and compares it with the reason of the refusal.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from kinemotion.i18n.texts import Texts
from kinemotion.motion.arrays import Floats
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.skeleton import BLAZEPOSE, SIDES
from kinemotion.report.figures.charts import DASHES, Bar, Chart, Curve, Panel
from kinemotion.report.palette import BLUE, INK, PRINTED_SIDES
from kinemotion.signals.intervals import find_intervals

_MOST_ROWS = 6
"""More people than these cannot be shown one below the other."""
_HIPS = ("left_hip", "right_hip")


def make_seen_chart(frames: Sequence[FramePoses], *, height_px: int, texts: Texts) -> Chart | None:
    """Return the chart of what was seen in pictures of that height; None where nobody was."""
    people = _find_people(frames)
    if not people:
        return None
    time_s: Floats = np.array([frame.time_s for frame in frames])
    step_s = float(np.median(np.diff(time_s))) if len(time_s) > 1 else 0.0
    curves = _make_curves(next(iter(people.values())), time_s, height_px=height_px, texts=texts)
    heights = Panel(texts("seen_heights"), "px", decimals=0, curves=tuple(curves))
    visible = Panel(texts("seen_people"), bars=tuple(_make_bars(people, time_s, step_s=step_s, texts=texts)))
    start_s, end_s = float(time_s[0]), float(time_s[-1]) + step_s
    return Chart("seen", texts("refused_seen"), (heights, visible), start_s, end_s)


def _find_people(frames: Sequence[FramePoses]) -> Mapping[int, Sequence[Pose | None]]:
    """Return the pose of each person in every frame, the people who are seen longest first."""
    count = len(frames)
    found: dict[int, list[Pose | None]] = {}
    for place, frame in enumerate(frames):
        for pose in frame.people:
            found.setdefault(pose.person, [None] * count)[place] = pose
    longest = sorted(found, key=lambda person: sum(pose is None for pose in found[person]))
    return {person: found[person] for person in longest[:_MOST_ROWS]}


def _make_curves(poses: Sequence[Pose | None], time_s: Floats, *, height_px: int, texts: Texts) -> Iterator[Curve]:
    """Heights above the lower edge of the picture, px."""

    def measure(names: Sequence[str]) -> Floats:
        points = [BLAZEPOSE.index[name] for name in names]
        return np.array([np.nan if pose is None else height_px - pose.points[points, 1].mean() for pose in poses])

    yield Curve(texts("hips"), time_s, measure(_HIPS), INK)
    for side in SIDES:
        feet = measure((f"{side}_heel", f"{side}_foot_index"))
        yield Curve(texts(f"{side}_foot"), time_s, feet, PRINTED_SIDES[side], DASHES[side])


def _make_bars(
    people: Mapping[int, Sequence[Pose | None]], time_s: Floats, *, step_s: float, texts: Texts
) -> Iterator[Bar]:
    for person in sorted(people):
        row = texts("person", number=person)
        for first, last in find_intervals(np.array([pose is not None for pose in people[person]])):
            yield Bar(row, float(time_s[first]), float(time_s[last]) + step_s, BLUE)
