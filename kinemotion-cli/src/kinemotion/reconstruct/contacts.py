"""Every contact of each foot with the ground, with instants between frames, from the silhouette's lowest points.

First each foot's rests are found, frame by frame; then each of their ends is measured between frames. Two feet that
leave or land together are measured as one, by the lower of the two. All heights are pixels made metres by the length
of the athlete's leg, roughly: only thresholds and priors need them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import Contact
from kinemotion.motion.events import Event
from kinemotion.motion.poses import LEFT, RIGHT, PoseSequence
from kinemotion.reconstruct.instants import LANDING, TAKEOFF, Instant, arrival, departure

Side = Literal["left", "right"]
Run = tuple[int, int]
"""First and last frame of a stretch, both included."""

_SIDES: tuple[tuple[Side, int], ...] = (("left", LEFT), ("right", RIGHT))
_LEG_M = 0.84
"""Hip to ankle of an average adult: 0.49 of 1.72 m (Winter 2009, table 4.1)."""
_RESTING_M_S = 0.4
"""Slower than this, a sole may be resting; the shortest hop still leaves at 0.7 m/s."""
_OVERTAKING_M_S = 1.0
"""A foot that moves ahead of the hips faster than this swings; in a step it reaches twice the running speed."""
_FLAT_M = 0.02
"""How far the silhouette of a resting sole strays, and the least that a foot rises between two contacts."""
_LONG_S = 0.3
"""A rest this long is no apex of a flight and no pause in a swing, whatever came before and after."""
_SPEED_WINDOW_S = 0.04
_REST_S, _AIR_S = 0.08, 0.07
"""Stretches on the ground and in the air, next to an instant, that are fitted; at least three frames of each."""
_TOGETHER_S = 0.06
"""Two feet that leave or land within this time do so together."""


@dataclass(frozen=True, slots=True)
class _Track:
    """Height of a sole, or of the lower of two, over the frames in which it is seen."""

    time_s: Floats
    height_m: Floats

    def end(self, rough_s: float, *, begins: bool, limit_s: float) -> Instant | None:
        """Instant near a rough one at which a contact begins or ends; None with too few frames on either side.

        ``limit_s`` is the other end of the contact, where the evidence of rest stops.
        """
        found, near_s = None, rough_s
        find, kind = (arrival, LANDING) if begins else (departure, TAKEOFF)
        for _ in range(3):
            window = self._window(near_s, begins=begins, limit_s=limit_s)
            if window is None:
                return found
            found = find(self.time_s[window], self.height_m[window], near_s=near_s, kind=kind)
            near_s = found.time_s
        return found

    def _window(self, near_s: float, *, begins: bool, limit_s: float) -> slice | None:
        middle = int(np.searchsorted(self.time_s, near_s))
        before, after = (_AIR_S, _REST_S) if begins else (_REST_S, _AIR_S)
        first, last = np.searchsorted(self.time_s, (near_s - before, near_s + after))
        limit = int(np.searchsorted(self.time_s, limit_s))
        first, last = max(min(int(first), middle - 3), 0), min(max(int(last), middle + 3), len(self.time_s))
        first, last = (first, min(last, limit + 1)) if begins else (max(first, limit), last)
        return slice(first, last) if min(middle - first, last - middle) >= 2 else None


@dataclass(frozen=True, slots=True)
class _Rest:
    """One foot on the ground, roughly: its ends lie between frames, or outside the sequence (infinite)."""

    side: Side
    begin_s: float
    end_s: float


def find_contacts(sequence: PoseSequence) -> tuple[Contact, ...]:
    """Every ground contact of each foot in time order, each end with its standard error, None where it lies outside."""
    scale = rough_scale(sequence)
    heights = (sequence.camera[:, 1, None] - sequence.ground[:, :, 1]) * scale
    tracks = {side: _track(sequence.time_s, heights[:, foot]) for side, foot in _SIDES}
    both = _track(sequence.time_s, np.fmin(heights[:, LEFT], heights[:, RIGHT]))
    rests = {side: _rests(sequence, side, height_m=heights[:, foot], scale=scale) for side, foot in _SIDES}
    contacts: list[Contact] = []
    for side, other in (("left", "right"), ("right", "left")):
        for rest in rests[side]:
            lands = any(abs(rest.begin_s - twin.begin_s) < _TOGETHER_S for twin in rests[other])
            leaves = any(abs(rest.end_s - twin.end_s) < _TOGETHER_S for twin in rests[other])
            landing, leaving = both if lands else tracks[side], both if leaves else tracks[side]
            contacts.append(_contact(rest, landing=landing, leaving=leaving))
    return tuple(sorted(contacts, key=_begin))


def rough_scale(sequence: PoseSequence) -> float:
    """Metres per pixel if the athlete's legs are of average length: good to some ten per cent, for thresholds only."""
    legs = [
        np.hypot(*(sequence.point(f"{side}_hip") - sequence.point(f"{side}_knee")).T)
        + np.hypot(*(sequence.point(f"{side}_knee") - sequence.point(f"{side}_ankle")).T)
        for side in ("left", "right")
    ]
    return _LEG_M / float(np.nanpercentile(np.fmax(*legs), 90))


def find_flights(contacts: Iterable[Contact]) -> tuple[tuple[Event | None, Event | None], ...]:
    """Take-off and landing of every interval with both feet in the air; None where it lies outside the sequence."""
    stays: list[list[Contact]] = []
    for contact in sorted(contacts, key=_begin):
        if stays and _begin(contact) <= max(_finish(other) for other in stays[-1]):
            stays[-1].append(contact)
        else:
            stays.append([contact])
    landings = [_renamed(min(stay, key=_begin).touchdown, "landing") for stay in stays]
    takeoffs = [_renamed(max(stay, key=_finish).toeoff, "takeoff") for stay in stays]
    flights = zip([None, *takeoffs], [*landings, None], strict=True)
    return tuple(flight for flight in flights if any(flight))


def _renamed(event: Event | None, name: str) -> Event | None:
    return event and Event(name, event.time_s, event.uncertainty_s)


def _begin(contact: Contact) -> float:
    return contact.touchdown.time_s if contact.touchdown else -np.inf


def _finish(contact: Contact) -> float:
    return contact.toeoff.time_s if contact.toeoff else np.inf


def _track(time_s: Floats, height_m: Floats) -> _Track:
    seen = np.isfinite(height_m)
    return _Track(time_s[seen], height_m[seen])


def _contact(rest: _Rest, *, landing: _Track, leaving: _Track) -> Contact:
    """The contact with its ends measured on the tracks given for each."""
    begin = landing.end(rest.begin_s, begins=True, limit_s=rest.end_s) if np.isfinite(rest.begin_s) else None
    end = leaving.end(rest.end_s, begins=False, limit_s=rest.begin_s) if np.isfinite(rest.end_s) else None
    return Contact(
        rest.side,
        touchdown=begin and Event("touchdown", begin.time_s, begin.uncertainty_s, rest.side),
        toeoff=end and Event("toeoff", end.time_s, end.uncertainty_s, rest.side),
    )


def _rests(sequence: PoseSequence, side: Side, *, height_m: Floats, scale: float) -> list[_Rest]:
    """Stretches in which a foot rests on something."""
    seen = np.isfinite(height_m)
    time_s, height_m = sequence.time_s[seen], height_m[seen]
    if len(time_s) < 5:
        return []
    swinging = _swings_forward(sequence, side, scale=scale)[seen]
    slow = (np.abs(_speed(time_s, height_m)) < _RESTING_M_S) & ~swinging
    runs = [_fitted(height_m, run, allowed=~swinging) for run in _stretches(slow)]
    runs = [run for run in _merged(height_m, runs) if _is_contact(time_s, height_m, run=run)]
    middles = np.concatenate([[-np.inf], 0.5 * (time_s[1:] + time_s[:-1]), [np.inf]])
    return [_Rest(side, float(middles[first]), float(middles[last + 1])) for first, last in runs]


def _swings_forward(sequence: PoseSequence, side: Side, *, scale: float) -> Bools:
    """Frames (T,) in which the foot overtakes the hips: no contact, even where the other foot's floor shows beneath."""
    ahead = (sequence.point(f"{side}_foot_index") - sequence.point(f"{side}_heel"))[:, 0]
    hips = 0.5 * (sequence.point("left_hip") + sequence.point("right_hip"))
    speed = _speed(sequence.time_s, (sequence.point(f"{side}_ankle") - hips)[:, 0] * scale)
    forward = float(np.nanmedian(ahead)) * scale
    return (speed * np.sign(forward) > _OVERTAKING_M_S) & (abs(forward) > 4 * _FLAT_M)


def _speed(time_s: Floats, values: Floats) -> Floats:
    """Slope (T,) of the straight line through the samples within half a window, at least the neighbours."""
    reach = max(0.5 * _SPEED_WINDOW_S, 1.01 * float(np.median(np.diff(time_s))))
    slope = np.empty(len(values))
    for i, now in enumerate(time_s):
        near = slice(*np.searchsorted(time_s, (now - reach, now + reach)))
        dt = time_s[near] - time_s[near].mean()
        slope[i] = dt @ values[near] / max(dt @ dt, 1e-12)
    return slope


def _stretches(flags: Bools) -> list[Run]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _level(height_m: Floats, run: Run) -> float:
    return float(np.median(height_m[run[0] : run[1] + 1]))


def _fitted(height_m: Floats, run: Run, *, allowed: Bools) -> Run:
    """The stretch grown or shrunk to where the sole leaves its level."""
    level = _level(height_m, run)
    flat = (height_m < level + 0.5 * _FLAT_M) & (height_m > level - _FLAT_M) & allowed
    first, last = run
    while first > 0 and flat[first - 1]:
        first -= 1
    while last < len(height_m) - 1 and flat[last + 1]:
        last += 1
    while first < last and height_m[first] > level + 0.5 * _FLAT_M:
        first += 1
    while last > first and height_m[last] > level + 0.5 * _FLAT_M:
        last -= 1
    return first, last


def _merged(height_m: Floats, runs: list[Run]) -> list[Run]:
    """Rests joined where the foot did not rise between them, or only for a single frame."""
    merged: list[Run] = []
    for run in runs:
        if merged:
            [last] = merged[-1:]
            floor = max(_level(height_m, last), _level(height_m, run))
            same = abs(_level(height_m, last) - _level(height_m, run)) < _FLAT_M
            between = height_m[last[1] + 1 : run[0]] > floor + _FLAT_M
            if same and between.sum() <= 1:
                merged[-1] = (last[0], max(last[1], run[1]))
                continue
        first = max(run[0], merged[-1][1] + 1) if merged else run[0]
        if first <= run[1]:
            merged.append((first, run[1]))
    return merged


def _is_contact(time_s: Floats, height_m: Floats, *, run: Run) -> bool:
    """Whether a rest is on the ground: long, or with the foot coming down before it and going up after it."""
    first, last = run
    if time_s[last] - time_s[first] >= _LONG_S:
        return True
    level = _level(height_m, run)
    return last > first and _goes_up(height_m[:first][::-1], level) and _goes_up(height_m[last + 1 :], level)


def _goes_up(height_m: Floats, level: float) -> bool:
    """Whether the sole, followed away from a rest, goes above it before it goes below; True where nothing follows."""
    leaves = np.flatnonzero(np.abs(height_m - level) > 1.5 * _FLAT_M)
    return len(leaves) == 0 or bool(height_m[leaves[0]] > level)
