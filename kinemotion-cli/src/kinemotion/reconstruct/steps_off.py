"""The last foot to leave a box, timed by the fall that follows.

In an oblique view a foot that rolls over the edge of a box rises in the picture, and seems to leave while it still
stands. Free fall knows: a body that is in the air for T seconds rises g T²/8 above the straight line from its place at
take-off to its place at landing. One that rose far less was still carried.
"""

from dataclasses import replace

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import GRAVITY_M_S2, Contact
from kinemotion.motion.events import Event
from kinemotion.reconstruct.contacts import find_flight_events
from kinemotion.reconstruct.scale import NOMINAL_STATURE_M, BodyInPicture, scale_by_stature

_LEAST_DROP_M = 0.08
"""Engineering limit: a body that lands less far below its take-off did not step off a box."""
_CARRIED_SHARE = 0.5
"""Engineering limit: share of the rise of a free fall below which the body was carried; 0.97 to 1.07 in real falls."""
_TOGETHER_S = 0.06
"""Engineering limit: a foot that leaves within this time before the last one leaves with it."""
_STEP_OFF_ERROR_S = 0.07
"""Engineering limit: error of a start without speed: who steps off sinks or rises by up to 0.7 m/s."""


def correct_early_steps_off(contacts: tuple[Contact, ...], body: BodyInPicture) -> tuple[Contact, ...]:
    """Return contacts in which a foot stands on a box until the body falls."""
    height_m = -body.com_y_px * scale_by_stature(body, NOMINAL_STATURE_M).value
    for takeoff, landing in find_flight_events(contacts):
        if takeoff is None or landing is None:
            continue
        delayed = _find_start_of_fall(height_m, body.time_s, takeoff=takeoff, landing=landing)
        if delayed is not None:
            contacts = tuple(_move_toeoff(contact, takeoff=takeoff, delayed=delayed) for contact in contacts)
    return contacts


def _find_start_of_fall(height_m: Floats, time_s: Floats, *, takeoff: Event, landing: Event) -> Event | None:
    """Return when a body without speed must have begun to fall; None where it fell from its take-off on.

    ``height_m`` (T,), m, up: the centre of mass at ``time_s`` (T,), s.
    """
    lasting_s = landing.time_s - takeoff.time_s
    instants_s = takeoff.time_s + lasting_s * np.array([0.0, 0.5, 1.0])
    start, middle, end = np.interp(instants_s, time_s, height_m)
    drop_m = float(start - end)
    rise_m = float(middle - 0.5 * (start + end))
    if drop_m < _LEAST_DROP_M or rise_m > _CARRIED_SHARE * GRAVITY_M_S2 * lasting_s**2 / 8:
        return None
    start_s = landing.time_s - (2 * drop_m / GRAVITY_M_S2) ** 0.5
    return replace(takeoff, time_s=start_s, uncertainty_s=_STEP_OFF_ERROR_S) if start_s > takeoff.time_s else None


def _move_toeoff(contact: Contact, *, takeoff: Event, delayed: Event) -> Contact:
    """Return a contact that ends with the delayed take-off if it ended with the early one."""
    toeoff = contact.toeoff
    if toeoff is None or not -_TOGETHER_S < toeoff.time_s - takeoff.time_s <= 0:
        return contact
    return replace(contact, toeoff=replace(toeoff, time_s=delayed.time_s, uncertainty_s=delayed.uncertainty_s))
