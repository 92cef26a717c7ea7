"""Every contact of each foot with the ground, with instants between frames, from the silhouette's lowest points.

First the rests of each foot are found, frame by frame (``rests``); then each of their ends is measured between frames
(``instants``). Feet that leave or land together are measured as one, by the lower of the two. In a run the feet are
told apart by their place, the front one lands and the rear one leaves, because legs that pass are easily taken for
each other. A runner's foot glides in so flat that its silhouette tells little of its landing, and nothing where a dark
heel comes down on a dark belt: there the landmarks of the foot, which stop sinking then, are a second witness.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Contact
from kinemotion.motion.events import Event
from kinemotion.motion.poses import LEFT, RIGHT, PoseSequence
from kinemotion.reconstruct.instants import JUMPING, RUNNING, Footwork, Instant, arrival, departure, fused, thrown
from kinemotion.reconstruct.rests import Foot, Rest, find_rests, first_rest, last_rest
from kinemotion.signals.neighbours import around

Side = Literal["left", "right"]

_SIDES: tuple[Side, Side] = ("left", "right")
_OTHER: dict[Side, Side] = {"left": "right", "right": "left"}
_REAR, _FRONT = LEFT, RIGHT
"""Order of the feet once they are sorted by place."""
_LEG_M = 0.84
"""Hip to ankle of an average adult: 0.49 of 1.72 m (Winter 2009, table 4.1)."""
_FACING_M = 0.08
"""Toes this far before the heels, in the picture, tell which way the athlete faces."""
_STRIDE_M, _PASSES = 0.3, 3
"""Ankles that are often this far apart, and pass each other so many times, run."""
_FASTEST_STEP_S = 0.22
_GLITCH_S = 0.07
"""Legs taken for each other for less than this long are overlooked."""
_REST_S, _AIR_S = 0.08, 0.07
"""Stretches on the ground and in the air, next to an instant, that are fitted; at least three frames of each."""
_FLIGHT_S = (0.05, 0.9)
"""From the flattest hop to beyond the best jump; a foot that is up for longer was lifted."""
_BRIEFEST_S = 0.05
"""Less is no contact: a sprinter's lasts 0.08 s."""
_TOGETHER_S = 0.06
"""Two feet that leave or land within this time do so together."""
_STEP_M = 0.08
"""A foot that rises less while its twin stands has not stepped."""


def find_contacts(sequence: PoseSequence) -> tuple[Contact, ...]:
    """Every ground contact of each foot in time order, each end with its standard error, None where it lies outside.

    The sequence is one of a camera that stands, with left and right told apart as well as can be.
    """
    scale = rough_scale(sequence)
    contacts = _steps(sequence, scale=scale) if _runs(sequence, scale=scale) else _stands(sequence, scale=scale)
    return tuple(
        sorted((contact for contact in contacts if _finish(contact) - _begin(contact) > _BRIEFEST_S), key=_begin)
    )


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


def rough_scale(sequence: PoseSequence) -> float:
    """Metres per pixel if the athlete's legs are of average length: good to some ten per cent, for thresholds only."""
    legs = [
        np.hypot(*(sequence.point(f"{side}_hip") - sequence.point(f"{side}_knee")).T)
        + np.hypot(*(sequence.point(f"{side}_knee") - sequence.point(f"{side}_ankle")).T)
        for side in ("left", "right")
    ]
    return _LEG_M / float(np.nanpercentile(np.fmax(*legs), 90))


def _begin(contact: Contact) -> float:
    return contact.touchdown.time_s if contact.touchdown else -np.inf


def _finish(contact: Contact) -> float:
    return contact.toeoff.time_s if contact.toeoff else np.inf


def _renamed(event: Event | None, name: str) -> Event | None:
    return event and Event(name, event.time_s, event.uncertainty_s)


def _contact(side: Side, touchdown: Instant | None, *, toeoff: Instant | None) -> Contact:
    return Contact(
        side,
        touchdown=touchdown and Event("touchdown", touchdown.time_s, touchdown.uncertainty_s, side),
        toeoff=toeoff and Event("toeoff", toeoff.time_s, toeoff.uncertainty_s, side),
    )


def _stands(sequence: PoseSequence, *, scale: float) -> list[Contact]:
    """Contacts of an athlete who stands, jumps or hops."""
    soles = _heights(sequence.ground[:, :, 1], sequence, scale=scale)
    toes = _landmark_heights(sequence, ("foot_index",), scale=scale)
    of_hips = _ahead(sequence, scale=scale)
    ahead = of_hips - of_hips[:, ::-1]  # of the other foot: in a landing hips may go back as fast as a foot swings
    feet: dict[Side, Foot] = {side: _seen(sequence, soles[:, k], ahead_m=ahead[:, k]) for k, side in enumerate(_SIDES)}
    tips: dict[Side, Foot] = {side: _seen(sequence, toes[:, k], ahead_m=ahead[:, k]) for k, side in enumerate(_SIDES)}
    lower, lower_tip = (_seen(sequence, both.min(axis=1), ahead_m=ahead.min(axis=1)) for both in (soles, toes))
    found = {side: find_rests(foot) for side, foot in feet.items()}
    rests = {side: _beside(found[side], twins=found[_OTHER[side]], foot=feet[side]) for side in feet}
    contacts: list[Contact] = []
    for side, foot in feet.items():
        twins = rests[_OTHER[side]]
        for before, rest, after in zip([None, *rests[side]], rests[side], [*rests[side][1:], None], strict=False):
            lands = any(abs(rest.begin_s - twin.begin_s) < _TOGETHER_S for twin in twins)
            leaves = any(abs(rest.end_s - twin.end_s) < _TOGETHER_S for twin in twins)
            came, went = _flown(before, rest, twins=twins), _flown(rest, after, twins=twins)
            sole, tip = (lower, lower_tip) if lands else (foot, tips[side])
            touchdown = _landed(sole, tip, rest=rest, footwork=came)
            toeoff = _measured(lower if leaves else foot, rest, landing=False, footwork=went)
            contacts.append(_contact(side, touchdown, toeoff=toeoff))
    return contacts


def _beside(rests: list[Rest], *, twins: list[Rest], foot: Foot) -> list[Rest]:
    """Rests of a foot, joined where it hardly rose while its twin stood: there its silhouette erred.

    A foot that stands behind the other, or in its shadow, seems to move a little.
    """
    joined: list[Rest] = []
    for rest in rests:
        stood = joined and any(t.begin_s <= joined[-1].end_s and t.end_s >= rest.begin_s for t in twins)
        gone = foot.between(joined[-1].end_s, rest.begin_s).height_m if stood else np.empty(0)
        if stood and (len(gone) == 0 or float(gone.max()) - max(rest.level_m, joined[-1].level_m) < _STEP_M):
            joined[-1] = replace(joined[-1], end_s=rest.end_s)
        else:
            joined.append(rest)
    return joined


def _flown(before: Rest | None, after: Rest | None, *, twins: list[Rest]) -> Footwork:
    """What is known of the feet around the flight between two rests of one foot: the body flies while its twin does."""
    if before is None or after is None:
        return JUMPING
    left_s = max([before.end_s, *(twin.end_s for twin in twins if twin.end_s < after.begin_s)])
    landed_s = min([after.begin_s, *(twin.begin_s for twin in twins if twin.begin_s > left_s)])
    airborne_s = landed_s - left_s
    if not _FLIGHT_S[0] < airborne_s < _FLIGHT_S[1]:
        return JUMPING
    return thrown(JUMPING, airborne_s=airborne_s, rise_m=after.level_m - before.level_m)


def _steps(sequence: PoseSequence, *, scale: float) -> list[Contact]:
    """Contacts of a runner seen from the side.

    Between two passings of the legs the rear foot leaves and the front foot lands, once each; the foot that landed
    is the rear one after the next passing.
    """
    placed, left_in_front = _by_place(sequence, scale=scale)
    soles, ahead = _heights(placed.ground[:, :, 1], placed, scale=scale), _ahead(placed, scale=scale)
    rear, front = (_seen(placed, soles[:, k], ahead_m=ahead[:, k]) for k in (_REAR, _FRONT))
    heights = _landmark_heights(placed, ("ankle", "heel", "foot_index"), scale=scale)
    landmarks = _seen(placed, heights[:, _FRONT], ahead_m=ahead[:, _FRONT])
    passings = [-np.inf, *_passings(sequence, scale=scale), np.inf]
    landings: list[Instant | None] = [None]
    leavings: list[Instant | None] = []
    votes = 0.0
    for number, (start_s, end_s) in enumerate(pairwise(passings)):
        landings.append(_last_landing(front.between(start_s, end_s), landmarks=landmarks.between(start_s, end_s)))
        leavings.append(_first_leaving(rear.between(start_s, end_s)))
        votes += (-1) ** number * left_in_front[(sequence.time_s > start_s) & (sequence.time_s < end_s)].sum()
    sides: tuple[Side, Side] = ("right", "left") if votes > 0 else ("left", "right")
    return [
        _contact(sides[number % 2], touchdown, toeoff=toeoff)
        for number, (touchdown, toeoff) in enumerate(zip(landings, [*leavings, None], strict=True))
        if touchdown or toeoff
    ]


def _last_landing(foot: Foot, *, landmarks: Foot) -> Instant | None:
    """Instant at which a foot that swings to the front comes to rest; None where that is not seen."""
    rests = [rest for rest in find_rests(foot) if np.isfinite(rest.begin_s)]
    rest = rests[-1] if rests else last_rest(foot)
    return _landed(foot, landmarks, rest=rest, footwork=RUNNING) if rest else None


def _first_leaving(foot: Foot) -> Instant | None:
    """Instant at which a foot that rests in the rear leaves; None where that is not seen."""
    rest = first_rest(foot)
    return _measured(foot, rest, landing=False, footwork=RUNNING) if rest else None


def _heights(y_px: Floats, sequence: PoseSequence, *, scale: float) -> Floats:
    """Heights (T, 2), m, up, of what is seen of both feet at those places (T, 2), px, down."""
    return (sequence.camera[:, 1, None] - y_px) * scale


def _landmark_heights(sequence: PoseSequence, parts: Sequence[str], *, scale: float) -> Floats:
    """Heights of both feet (T, 2), m, up, by the mean of some of their landmarks."""
    feet = [np.mean([sequence.point(f"{side}_{part}")[:, 1] for part in parts], axis=0) for side in _SIDES]
    return _heights(np.stack(feet, axis=1), sequence, scale=scale)


def _ankles(sequence: PoseSequence) -> Floats:
    """Horizontal places of both ankles (T, 2), px."""
    return np.stack([sequence.point("left_ankle")[:, 0], sequence.point("right_ankle")[:, 0]], axis=1)


def _facing(sequence: PoseSequence, *, scale: float) -> float:
    """1 for an athlete who faces right in the picture, -1 for left, 0 for one who faces the camera or turns away."""
    toes = sequence.point("left_foot_index") + sequence.point("right_foot_index")
    heels = sequence.point("left_heel") + sequence.point("right_heel")
    ahead = 0.5 * float(np.nanmedian(toes[:, 0] - heels[:, 0])) * scale
    return float(np.sign(ahead)) if abs(ahead) > _FACING_M else 0.0


def _ahead(sequence: PoseSequence, *, scale: float) -> Floats:
    """How far both feet are ahead of the hips (T, 2), m."""
    hips = 0.5 * (sequence.point("left_hip") + sequence.point("right_hip"))[:, :1]
    return (_ankles(sequence) - hips) * scale * _facing(sequence, scale=scale)


def _seen(sequence: PoseSequence, height_m: Floats, *, ahead_m: Floats) -> Foot:
    seen = np.isfinite(height_m) & np.isfinite(ahead_m)
    return Foot(sequence.time_s[seen], height_m[seen], ahead_m[seen])


def _runs(sequence: PoseSequence, *, scale: float) -> bool:
    """Whether the feet stride and pass each other again and again."""
    apart = np.abs(np.diff(_ankles(sequence), axis=1)) * scale
    return float(np.nanpercentile(apart, 80)) > _STRIDE_M and len(_passings(sequence, scale=scale)) >= _PASSES


def _passings(sequence: PoseSequence, *, scale: float) -> list[float]:
    """Instants at which one leg passes the other, s: the middles of the times for which the ankles are near."""
    from scipy.signal import find_peaks  # noqa: PLC0415  (takes a third of a second to load, and jumps need it not)

    apart = np.abs(np.diff(_ankles(sequence), axis=1)[:, 0]) * scale
    spacing = float(np.median(np.diff(sequence.time_s)))
    glitch = max(round(0.5 * _GLITCH_S / spacing), 1)
    calm = np.median(around(np.nan_to_num(apart, nan=_STRIDE_M), reach=glitch), axis=1)
    steps = max(round(_FASTEST_STEP_S / spacing), 1)
    [_, dips] = find_peaks(-calm, distance=steps, prominence=0.5 * _STRIDE_M, width=0)
    middles = 0.5 * (dips["left_ips"] + dips["right_ips"])
    return [float(instant) for instant in np.interp(middles, np.arange(len(calm)), sequence.time_s)]


def _by_place(sequence: PoseSequence, *, scale: float) -> tuple[PoseSequence, Floats]:
    """The sequence with its rear foot as left and its front foot as right; and 1 or -1 (T,) where left is in front."""
    ankles = _ankles(sequence) * (_facing(sequence, scale=scale) or 1.0)
    left_in_front = ankles[:, LEFT] > ankles[:, RIGHT]
    points, ground = sequence.points.copy(), sequence.ground.copy()
    points[left_in_front] = points[left_in_front][:, list(sequence.skeleton.mirror)]
    ground[left_in_front] = ground[left_in_front][:, ::-1]
    return replace(sequence, points=points, ground=ground), np.where(left_in_front, 1.0, -1.0)


def _landed(sole: Foot, landmarks: Foot, *, rest: Rest, footwork: Footwork) -> Instant | None:
    """Instant at which a rest begins, by the sole and by landmarks that stop sinking; None where it is not seen."""
    met = _measured(sole, rest, landing=True, footwork=footwork)
    stopped = _measured(landmarks, rest, landing=True, footwork=footwork)
    if met is None or stopped is None:
        return met
    error_s = float(np.hypot(stopped.uncertainty_s, footwork.landmarks_error_s))
    return fused(met, Instant(stopped.time_s, error_s))


def _measured(foot: Foot, rest: Rest, *, landing: bool, footwork: Footwork) -> Instant | None:
    """Instant at which a rest begins or ends; None outside the sequence, or with too few frames next to it."""
    find, kind = (arrival, footwork.landing) if landing else (departure, footwork.leaving)
    found, near_s = None, rest.begin_s if landing else rest.end_s
    for _ in range(3):
        window = _window(foot, near_s, rest=rest, landing=landing)
        if window is None:
            break
        found = find(foot.time_s[window], foot.height_m[window], near_s=near_s, kind=kind)
        near_s = found.time_s
    return found


def _window(foot: Foot, near_s: float, *, rest: Rest, landing: bool) -> slice | None:
    """Frames around an instant, none of them beyond the other end of the rest; None with too few on either side."""
    before, after = (_AIR_S, _REST_S) if landing else (_REST_S, _AIR_S)
    middle, first, last, begin, end = (
        int(frame)
        for frame in np.searchsorted(foot.time_s, (near_s, near_s - before, near_s + after, rest.begin_s, rest.end_s))
    )
    first, last = max(min(first, middle - 3), 0), min(max(last, middle + 3), len(foot.time_s))
    first, last = (first, min(last, end)) if landing else (max(first, begin), last)
    return slice(first, last) if min(middle - first, last - middle) >= 2 else None
