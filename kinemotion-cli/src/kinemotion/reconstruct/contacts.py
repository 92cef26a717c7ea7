"""Every contact of each foot with the ground, with instants between frames, from the silhouette's lowest points.

First the stances of each foot are found, to the nearest frame (`stance_detection`). Then both ends of each are measured
between frames (`contact_events`). Feet that leave or land together are measured as one, by the lower of the two.
Runners' feet are distinguished by their place (`running_contacts`).
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter

import numpy as np

from kinemotion.motion.body import GRAVITY_M_S2, Contact
from kinemotion.motion.calibration import Calibration
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.events import Event
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import SIDES, Side
from kinemotion.reconstruct.contact_events import find_toeoff, find_touchdown, make_contact
from kinemotion.reconstruct.event_timing import ContactPriors, build_contact_priors, set_ballistic_speed
from kinemotion.reconstruct.running_contacts import find_running_contacts
from kinemotion.reconstruct.stance_detection import BothFeet, FootStance, FootTrajectory, find_stances

_OTHER: dict[Side, Side] = {"left": "right", "right": "left"}
_FLIGHT_S = (0.05, 0.9)
"""Engineering limit: flights from the flattest hop to beyond the best jump; a foot that is up longer was lifted."""
_SHORTEST_S = 0.05
"""Engineering limit: a shorter interval is no contact; a sprinter's lasts 0.08 s."""
_TOGETHER_S = 0.06
"""Engineering limit: two feet that leave or land within this time do so together."""
_FLICKER_S, _SAME_LEVEL_M = 0.1, 0.02
"""Engineering limit: a foot that is up for less, and back at this level, did not leave the ground; a jump of 2 cm takes
0.12 s."""
_LATE_S, _FREER = 0.05, 1.05
"""Engineering limit: a landing this much later than the first touch of the ground is doubted, and the trunk must rise
so much more like a free fall until that touch; in sound jumps the two differ by up to 0.03."""
_FEWEST_LIFTED = 4
"""Engineering limit: fewer frames of a lifted foot show no way down."""
_LEAST_LIFT_M = 0.08
"""Engineering limit: a foot that rises less while the other foot stands was not lifted."""

_START = attrgetter("start_s")


def find_contacts(
    sequence: PoseSequence, *, contact_model: ContactModel, calibration: Calibration
) -> tuple[Contact, ...]:
    """Find every ground contact of each foot in time order; an end that lies outside the sequence is None.

    Expects a sequence whose camera motion is removed and whose swapped legs are corrected. The contact model says how
    the feet of the sport meet the ground.
    """
    feet = BothFeet.of(sequence)
    by_landmarks = "soles_from_landmarks" in sequence.repairs
    priors = build_contact_priors(contact_model, calibration.contact_errors(contact_model, by_landmarks=by_landmarks))
    find = find_running_contacts if contact_model is ContactModel.RUNNING else _find_jumping_contacts
    found = find(feet, priors=priors)
    return tuple(sorted((one for one in found if one.end_s - one.start_s > _SHORTEST_S), key=_START))


def find_flight_events(
    contacts: Iterable[Contact], *, contact_model: ContactModel = ContactModel.JUMPING
) -> tuple[tuple[Event | None, Event | None], ...]:
    """Find take-off and landing of every interval with both feet in the air; None outside the sequence.

    A runner's feet take turns: between two contacts of the same foot the other foot's contact was missed, so that
    interval is no flight.
    """
    groups: list[list[Contact]] = []
    for contact in sorted(contacts, key=_START):
        if groups and contact.start_s <= max(other.end_s for other in groups[-1]):
            groups[-1].append(contact)
        else:
            groups.append([contact])
    if not groups:
        return ()
    landings = [_rename(min(group, key=_START).touchdown, "landing") for group in groups]
    takeoffs = [_rename(max(group, key=attrgetter("end_s")).toeoff, "takeoff") for group in groups]
    flights = zip([None, *takeoffs], [*landings, None], strict=True)
    whole = [
        True,
        *(contact_model is not ContactModel.RUNNING or _take_turns(*pair) for pair in pairwise(groups)),
        True,
    ]
    return tuple(flight for flight, known in zip(flights, whole, strict=True) if known and any(flight))


def _take_turns(before: list[Contact], after: list[Contact]) -> bool:
    """Return whether another foot lands than the one that left."""
    return max(before, key=attrgetter("end_s")).side != min(after, key=_START).side


def _rename(event: Event | None, name: str) -> Event | None:
    return event and Event(name, event.time_s, event.uncertainty_s)


def _find_jumping_contacts(feet: BothFeet, *, priors: ContactPriors) -> list[Contact]:
    """Find the contacts of an athlete who stands, jumps or hops."""
    soles, toes, ahead_of_hips = feet.soles_m, feet.landmarks_m("foot_index"), feet.ahead_m
    # Measured from the other foot: in a landing the hips may move back as fast as a foot swings.
    ahead = ahead_of_hips - ahead_of_hips[:, ::-1]
    alone: dict[Side, FootTrajectory] = {}
    tips: dict[Side, FootTrajectory] = {}
    for k, side in enumerate(SIDES):
        alone[side] = feet.trajectory(soles[:, k], ahead_m=ahead[:, k])
        tips[side] = feet.trajectory(toes[:, k], ahead_m=ahead[:, k])
    lower, lower_tip = (feet.trajectory(both.min(axis=1), ahead_m=ahead.min(axis=1)) for both in (soles, toes))
    found = {side: find_stances(foot) for side, foot in alone.items()}
    found = {side: _advance_late_landings(found[side], foot=alone[side], feet=feet) for side in alone}
    stances = {side: _join_false_lifts(found[side], others=found[_OTHER[side]], foot=alone[side]) for side in alone}
    contacts: list[Contact] = []
    for side, foot in alone.items():
        own, others = stances[side], stances[_OTHER[side]]
        for before, stance, after in zip([None, *own], own, [*own[1:], None], strict=False):
            lands = any(abs(stance.start_s - other.start_s) < _TOGETHER_S for other in others)
            leaves = any(abs(stance.end_s - other.end_s) < _TOGETHER_S for other in others)
            touchdown_priors = _adapt_to_flight(priors, (before, stance), others=others)
            toeoff_priors = _adapt_to_flight(priors, (stance, after), others=others)
            sole, tip = (lower, lower_tip) if lands else (foot, tips[side])
            touchdown = find_touchdown(sole, tip, stance=stance, priors=touchdown_priors)
            toeoff = find_toeoff(lower if leaves else foot, stance=stance, priors=toeoff_priors)
            contacts.append(make_contact(side, touchdown=touchdown, toeoff=toeoff))
    return contacts


def _advance_late_landings(stances: list[FootStance], *, foot: FootTrajectory, feet: BothFeet) -> list[FootStance]:
    """Let a stance begin where the foot first came down to it, if the body fell freely only until then.

    A silhouette that flickers after a landing shows no rest there, but the trunk sinks more slowly than in a fall.
    """
    kept = stances[:1]
    for stance in stances[1:]:
        touch_s = _find_first_touch(foot, before=kept[-1], after=stance)
        if touch_s is not None and stance.start_s - touch_s > _LATE_S:
            first, later = (
                _measure_free_fall_share(feet, start_s=kept[-1].end_s, end_s=end_s)
                for end_s in (touch_s, stance.start_s)
            )
            kept.append(replace(stance, start_s=touch_s) if first > _FREER * later > 0 else stance)
        else:
            kept.append(stance)
    return kept


def _find_first_touch(foot: FootTrajectory, *, before: FootStance, after: FootStance) -> float | None:
    """Return when a foot first comes down from its highest point to the level of a stance, s; None if it never does."""
    lifted = foot.between(before.end_s, after.start_s)
    if len(lifted.time_s) < _FEWEST_LIFTED:
        return None
    highest = int(np.argmax(lifted.height_m))
    low = np.flatnonzero(lifted.height_m[highest:] < after.level_m + _SAME_LEVEL_M)
    if not len(low) or not low[0]:
        return None
    first = highest + int(low[0])
    return float(0.5 * (lifted.time_s[first - 1] + lifted.time_s[first]))


def _measure_free_fall_share(feet: BothFeet, *, start_s: float, end_s: float) -> float:
    """Return the rise of the trunk in a time above the line between its ends, as a share of that of a free fall."""
    start, middle, end = np.interp([start_s, 0.5 * (start_s + end_s), end_s], feet.sequence.time_s, feet.trunk_m)
    return float((middle - 0.5 * (start + end)) / (GRAVITY_M_S2 * (end_s - start_s) ** 2 / 8))


def _join_false_lifts(stances: list[FootStance], *, others: list[FootStance], foot: FootTrajectory) -> list[FootStance]:
    """Join stances between which the silhouette of a foot erred: no flight is so short, or the other foot stood.

    A foot that stands behind the other, or in its shadow, seems to move a little.
    """
    joined: list[FootStance] = []
    for stance in stances:
        if joined and _is_flicker(joined[-1], stance):
            joined[-1] = replace(joined[-1], end_s=stance.end_s)
            continue
        other_stands = joined and any(o.start_s <= joined[-1].end_s and o.end_s >= stance.start_s for o in others)
        lifted = foot.between(joined[-1].end_s, stance.start_s).height_m if other_stands else np.empty(0)
        if other_stands and (
            len(lifted) == 0 or float(lifted.max()) - max(stance.level_m, joined[-1].level_m) < _LEAST_LIFT_M
        ):
            joined[-1] = replace(joined[-1], end_s=stance.end_s)
        else:
            joined.append(stance)
    return joined


def _is_flicker(before: FootStance, after: FootStance) -> bool:
    """Return whether a foot came back to its level sooner than from any flight."""
    return after.start_s - before.end_s < _FLICKER_S and abs(after.level_m - before.level_m) < _SAME_LEVEL_M


def _adapt_to_flight(
    priors: ContactPriors, around: tuple[FootStance | None, FootStance | None], *, others: list[FootStance]
) -> ContactPriors:
    """Set the speeds of the flight between two stances of one foot; the body flies while the other foot does too."""
    before, after = around
    if before is None or after is None:
        return priors
    last_toeoff_s = max([before.end_s, *(other.end_s for other in others if other.end_s < after.start_s)])
    next_touchdown_s = min([after.start_s, *(other.start_s for other in others if other.start_s > last_toeoff_s)])
    airborne_s = next_touchdown_s - last_toeoff_s
    if not _FLIGHT_S[0] < airborne_s < _FLIGHT_S[1]:
        return priors
    return set_ballistic_speed(priors, airborne_s=airborne_s, rise_m=after.level_m - before.level_m)
