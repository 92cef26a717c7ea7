"""Pictures that a file shows again: a body in fast motion cannot stand still from one picture to the next."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kinemotion.errors import PicturesRepeated
from kinemotion.filming.around_flights import find_time_around
from kinemotion.messages import Message
from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import GRAVITY_M_S2, Flight
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.report import Doubt
from kinemotion.motion.skeleton import SIDES, Skeleton
from kinemotion.signals.intervals import find_intervals

_SAME = 0.1
"""Engineering limit: grey levels of change below which a picture shows the one before again; noise alone is more."""
_SAME_SHARE = 0.2
"""Engineering limit: and below this share of the largest change nearby."""
_SAME_IN_FLIGHT = 0.04
"""Engineering limit: grey levels below which a picture of a body in the air shows the one before, also at the apex."""
_SAME_BY_WAY = 0.25
"""Engineering limit: share of the change that the way of a falling body makes of a picture, below which it is the one
before."""
_NEARBY_S = 0.25
"""Engineering limit: how far away changes are compared."""
_FAST_PER_S = 0.5
"""Engineering limit: body lengths a second; a body this fast cannot stop within a picture."""
_BEFORE_S, _AFTER_S = 0.6, 0.1
"""Engineering limit: time before a take-off and after a landing in which wrong times make wrong results."""
_COST_PER_S, _LEAST_COST, _MOST_COST = 1500.0, 30.0, 60.0
"""Engineering limit: points taken from the score for each second of repeated pictures. One at 30 a second makes the
confidence low."""
_MOST_FRAMES = 3000
"""Engineering limit: frames that a stream remembers; they bound its memory."""
_BODY = tuple(f"{side}_{part}" for side in SIDES for part in ("shoulder", "hip"))


@dataclass(frozen=True, slots=True)
class FrozenSpan:
    """Pictures that show the last new one again."""

    begin_s: float
    """Time of the last new picture before them."""
    end_s: float
    """Time of the last of them."""

    @property
    def duration_s(self) -> float:
        """How long the picture stood still, s."""
        return self.end_s - self.begin_s


class FreezeWatcher:
    """Notes how a stream's pictures change, for a stream in which no trial is found."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._seen: deque[tuple[float, float, NDArray[np.float32]]] = deque(maxlen=_MOST_FRAMES)
        """Time, change and points of the person in each frame."""
        self._person: int | None = None

    def push(self, frame: FramePoses) -> None:
        """Note the first person of the stream in this frame."""
        for pose in frame.people:
            if self._person in {None, pose.person}:
                self._person = pose.person
                self._seen.append((frame.time_s, pose.change, pose.points.astype(np.float32)))  # half as much memory

    def find_freeze_error(self) -> PicturesRepeated | None:
        """Return the failure that names repeated pictures; None if there are none."""
        if len(self._seen) < 3:
            return None
        time_s, change, points = (np.array(values, dtype=float) for values in zip(*self._seen, strict=True))
        return _make_freeze_error(_find_spans(time_s, change, path=_measure_path(points, self._skeleton)))


def find_frozen_spans(sequence: PoseSequence) -> list[FrozenSpan]:
    """Return the spans in which a moving body stands still because the file repeats pictures, in time order."""
    return _find_spans(sequence.time_s, sequence.change, path=_measure_path(sequence.points, sequence.skeleton))


def explain_by_frozen_pictures(sequence: PoseSequence) -> PicturesRepeated | None:
    """Return the failure that names repeated pictures in a trial without a result; None if there are none."""
    return _make_freeze_error(find_frozen_spans(sequence))


def doubt_frozen_pictures(
    sequence: PoseSequence, flights: tuple[Flight, ...], *, never_still: bool = False
) -> tuple[Doubt, ...]:
    """Return the doubt about a trial whose pictures are repeated from its push-off to its landing.

    ``never_still``: whether something of the body always moves fast in this movement, as the legs of a runner do.
    """
    first_s, last_s = find_time_around(flights, before_s=_BEFORE_S, after_s=_AFTER_S)
    if never_still:
        seen = _make_spans(sequence.time_s, _find_same(sequence.time_s, sequence.change))
    else:
        seen = [*find_frozen_spans(sequence), *_find_spans_in_flight(sequence, flights)]
    inside = {span for span in seen if span.end_s > first_s and span.begin_s < last_s}
    spans = sorted(inside, key=lambda span: span.begin_s)
    if not spans:
        return ()
    frozen_s = sum(span.duration_s for span in spans)
    cost = float(np.clip(_COST_PER_S * frozen_s, _LEAST_COST, _MOST_COST))
    return (Doubt(_describe(spans), cost),)


def _find_spans_in_flight(sequence: PoseSequence, flights: tuple[Flight, ...]) -> list[FrozenSpan]:
    """Return the spans of repeated pictures in flights; there a body always moves, if slowly at the apex."""
    same = np.zeros(len(sequence), dtype=bool)
    for flight in flights:
        if flight.takeoff and flight.landing:
            inside = (sequence.time_s > flight.takeoff.time_s) & (sequence.time_s < flight.landing.time_s)
            same |= inside & _find_same_in_flight(sequence, flight, inside=inside)
    return _make_spans(sequence.time_s, same)


def _find_same_in_flight(sequence: PoseSequence, flight: Flight, *, inside: Bools) -> Bools:
    """Return which pictures (T,) show the one before although the body falls; ``inside`` are those of the flight.

    At many pictures a second a body at the apex hardly moves from one to the next: how much a picture changes must
    fall far below what the way of the body since the one before makes of it elsewhere in the flight.
    """
    apex_s = _find_apex(flight)
    fallen_m = 0.5 * GRAVITY_M_S2 * (sequence.time_s - apex_s) * np.abs(sequence.time_s - apex_s)
    way_m = np.diff(fallen_m, prepend=fallen_m[0])
    if not (moving := inside & (way_m > 0)).any():
        return moving
    per_metre = float(np.median(sequence.change[moving] / way_m[moving]))
    return sequence.change < np.minimum(_SAME_IN_FLIGHT, _SAME_BY_WAY * per_metre * way_m)


def _find_apex(flight: Flight) -> float:
    """Return the instant of the apex, s: of the arc where there is one, or halfway."""
    if flight.arc is not None:
        return flight.arc.reference_s + flight.arc.velocity_m_s.value / GRAVITY_M_S2
    ends = [event.time_s for event in (flight.takeoff, flight.landing) if event]
    return sum(ends) / len(ends)


def _make_spans(time_s: Floats, same: Bools) -> list[FrozenSpan]:
    """Return the span of each interval of pictures (T,) that show the one before again."""
    return [
        FrozenSpan(float(time_s[first - 1]), float(time_s[last])) for first, last in find_intervals(same) if first > 0
    ]


def _make_freeze_error(spans: list[FrozenSpan]) -> PicturesRepeated | None:
    return PicturesRepeated(_describe(spans)) if spans else None


def _describe(spans: list[FrozenSpan]) -> Message:
    return Message(
        "pictures_repeated",
        "The file repeats pictures while the athlete moves: for {time_s:.0ms} in all, first at {at_s:.2s}. "
        "Times around them are wrong.",
        time_s=sum(span.duration_s for span in spans),
        at_s=spans[0].begin_s,
    )


def _measure_path(points: Floats, skeleton: Skeleton) -> Floats | None:
    """Return the height of the trunk's middle (T,), body lengths, y down; None where the body has no length.

    A body length reaches from the shoulders to the ankles. A trunk or legs that are always hidden give none.
    """
    shoulders, ankles = (
        np.mean([points[:, skeleton.index[f"{side}_{part}"]] for side in SIDES], axis=0)
        for part in ("shoulder", "ankle")
    )
    length_px = np.linalg.norm(ankles - shoulders, axis=1)
    if np.isnan(length_px).all():
        return None
    trunk_px = np.mean([points[:, skeleton.index[name], 1] for name in _BODY], axis=0)
    return np.asarray(trunk_px / np.nanmedian(length_px))


def _find_spans(time_s: Floats, change: Floats, *, path: Floats | None) -> list[FrozenSpan]:
    """Return the frozen spans, by the change of each picture (T,) and the height of the body (T,), body lengths."""
    if path is None or len(time_s) < 3:
        return []
    same = _find_same(time_s, change)
    speed = np.abs(np.diff(path)) / np.diff(time_s)
    spans: list[FrozenSpan] = []
    for first, last in find_intervals(same):
        if first == 0:
            continue
        before = speed[first - 2] if first > 1 else 0.0
        after = speed[last] if last < len(speed) else 0.0
        if np.nanmax([before, after, 0.0]) > _FAST_PER_S:
            spans.append(FrozenSpan(float(time_s[first - 1]), float(time_s[last])))
    return spans


def _find_same(time_s: Floats, change: Floats) -> Bools:
    """Return which pictures (T,) show the one before again."""
    same = change < _SAME
    for at in np.flatnonzero(same):
        nearby = np.abs(time_s - time_s[at]) < _NEARBY_S
        same[at] = change[at] < _SAME_SHARE * float(change[nearby].max())
    return same
