"""Every contact of each foot with the ground, with instants between frames, from the silhouette's lowest points.

First the rests of each foot are found, frame by frame (``rests``); then each of their ends is measured between frames
(``ends``). Feet that leave or land together are measured as one, by the lower of the two. In a run the feet are told
apart by their place (``steps``).
"""

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

import numpy as np

from kinemotion.motion.body import Contact
from kinemotion.motion.events import Event
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import SIDES, Side
from kinemotion.reconstruct.contact_events import contact_between, find_landing, find_leaving
from kinemotion.reconstruct.event_timing import JUMPING, ContactModel, with_ballistic_speed
from kinemotion.reconstruct.foot_trajectories import Feet
from kinemotion.reconstruct.running_contacts import find_steps, runs
from kinemotion.reconstruct.stance_detection import Foot, FootStance, find_stances

_OTHER: dict[Side, Side] = {"left": "right", "right": "left"}
_FLIGHT_S = (0.05, 0.9)
"""From the flattest hop to beyond the best jump; a foot that is up for longer was lifted."""
_BRIEFEST_S = 0.05
"""Less is no contact: a sprinter's lasts 0.08 s."""
_TOGETHER_S = 0.06
"""Two feet that leave or land within this time do so together."""
_STEP_M = 0.08
"""A foot that rises less while its twin stands has not stepped."""

_START = attrgetter("start_s")


def find_contacts(sequence: PoseSequence) -> tuple[Contact, ...]:
    """Every ground contact of each foot in time order, each end with its standard error, None where it lies outside.

    The sequence is one of a camera that stands, with left and right told apart as well as can be.
    """
    feet = Feet.of(sequence)
    found = find_steps(feet) if runs(feet) else _stands(feet)
    return tuple(sorted((one for one in found if one.end_s - one.start_s > _BRIEFEST_S), key=_START))


def find_flights(contacts: Iterable[Contact]) -> tuple[tuple[Event | None, Event | None], ...]:
    """Take-off and landing of every interval with both feet in the air; None where it lies outside the sequence."""
    stays: list[list[Contact]] = []
    for contact in sorted(contacts, key=_START):
        if stays and contact.start_s <= max(other.end_s for other in stays[-1]):
            stays[-1].append(contact)
        else:
            stays.append([contact])
    landings = [_renamed(min(stay, key=_START).touchdown, "landing") for stay in stays]
    takeoffs = [_renamed(max(stay, key=attrgetter("end_s")).toeoff, "takeoff") for stay in stays]
    flights = zip([None, *takeoffs], [*landings, None], strict=True)
    return tuple(flight for flight in flights if any(flight))


def _renamed(event: Event | None, name: str) -> Event | None:
    return event and Event(name, event.time_s, event.uncertainty_s)


def _stands(feet: Feet) -> list[Contact]:
    """Contacts of an athlete who stands, jumps or hops."""
    soles, toes, of_hips = feet.soles_m, feet.landmarks_m("foot_index"), feet.ahead_m
    ahead = of_hips - of_hips[:, ::-1]  # of the other foot: in a landing hips may go back as fast as a foot swings
    alone: dict[Side, Foot] = {side: feet.one(soles[:, k], ahead_m=ahead[:, k]) for k, side in enumerate(SIDES)}
    tips: dict[Side, Foot] = {side: feet.one(toes[:, k], ahead_m=ahead[:, k]) for k, side in enumerate(SIDES)}
    lower, lower_tip = (feet.one(both.min(axis=1), ahead_m=ahead.min(axis=1)) for both in (soles, toes))
    found = {side: find_stances(foot) for side, foot in alone.items()}
    rests = {side: _beside(found[side], twins=found[_OTHER[side]], foot=alone[side]) for side in alone}
    contacts: list[Contact] = []
    for side, foot in alone.items():
        twins = rests[_OTHER[side]]
        for before, rest, after in zip([None, *rests[side]], rests[side], [*rests[side][1:], None], strict=False):
            lands = any(abs(rest.begin_s - twin.begin_s) < _TOGETHER_S for twin in twins)
            leaves = any(abs(rest.end_s - twin.end_s) < _TOGETHER_S for twin in twins)
            came, went = _flown(before, rest, twins=twins), _flown(rest, after, twins=twins)
            sole, tip = (lower, lower_tip) if lands else (foot, tips[side])
            touchdown = find_landing(sole, tip, rest=rest, footwork=came)
            toeoff = find_leaving(lower if leaves else foot, rest=rest, footwork=went)
            contacts.append(contact_between(side, touchdown=touchdown, toeoff=toeoff))
    return contacts


def _beside(rests: list[FootStance], *, twins: list[FootStance], foot: Foot) -> list[FootStance]:
    """Rests of a foot, joined where it hardly rose while its twin stood: there its silhouette erred.

    A foot that stands behind the other, or in its shadow, seems to move a little.
    """
    joined: list[FootStance] = []
    for rest in rests:
        stood = joined and any(t.begin_s <= joined[-1].end_s and t.end_s >= rest.begin_s for t in twins)
        gone = foot.between(joined[-1].end_s, rest.begin_s).height_m if stood else np.empty(0)
        if stood and (len(gone) == 0 or float(gone.max()) - max(rest.level_m, joined[-1].level_m) < _STEP_M):
            joined[-1] = replace(joined[-1], end_s=rest.end_s)
        else:
            joined.append(rest)
    return joined


def _flown(before: FootStance | None, after: FootStance | None, *, twins: list[FootStance]) -> ContactModel:
    """What is known of the feet around the flight between two rests of one foot: the body flies while its twin does."""
    if before is None or after is None:
        return JUMPING
    left_s = max([before.end_s, *(twin.end_s for twin in twins if twin.end_s < after.begin_s)])
    landed_s = min([after.begin_s, *(twin.begin_s for twin in twins if twin.begin_s > left_s)])
    airborne_s = landed_s - left_s
    if not _FLIGHT_S[0] < airborne_s < _FLIGHT_S[1]:
        return JUMPING
    return with_ballistic_speed(JUMPING, airborne_s=airborne_s, rise_m=after.level_m - before.level_m)
