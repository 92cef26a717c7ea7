"""The phases of a squat jump: *hold*, *propulsion*, *flight*, *landing*.

The hold is the last quiet time in the squat before the jump. Propulsion begins where the centre of mass starts to
rise: at its lowest point where the athlete dips, else at the start of the rise, extrapolated from where the rise is
well measured.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.detection import Detection
from kinemotion.motion.events import Event, join_phases
from kinemotion.motion.metrics import Estimate
from kinemotion.movements.corrections import correct
from kinemotion.movements.jumps.body_path import interpolate_height
from kinemotion.movements.jumps.flights import WholeFlight
from kinemotion.movements.jumps.jump_height import FusedFlight, fuse_flight
from kinemotion.movements.jumps.other_movements import check_same_ground, find_single_jump
from kinemotion.movements.jumps.starting_posture import (
    HeldSquat,
    QuietStanding,
    find_held_squat,
    find_quiet_standing,
    measure_dip,
)
from kinemotion.signals.crossings import find_crossings

_NAMES = ("hold", "propulsion", "flight", "landing")
_DIP_SEEN_M = 0.015
"""Engineering limit: a deeper dip shows a lowest point; a shallower one is noise."""
_LOW, _HIGH = 0.15, 0.5
"""Engineering limit: shares of the rise whose times are well measured."""
_INSTANTS = 200
"""Engineering limit: instants at which the push-off is searched for its lowest point and for the shares of its rise."""


@dataclass(frozen=True, slots=True)
class SquatJumpDetection(Detection):
    """A squat jump."""

    flight: FusedFlight
    squat: HeldSquat
    dip: Estimate
    """How far the centre of mass sinks below the squat before it rises, m."""
    standing: QuietStanding | None
    """The quiet stand before the squat; None where it was not filmed."""


def detect(motion: Motion, options: Any) -> SquatJumpDetection:  # noqa: ANN401  (they change no phase)
    """Find the phases of one squat jump.

    Raises
    ------
    PhasesNotFound
        Where there is no flight, or no held squat before it, or the flight belongs to another movement.
    """
    del options
    jump = find_single_jump(motion)
    squat = _find_squat(motion, jump)
    check_same_ground(motion, jump)
    flight = fuse_flight(motion, jump)
    first_s = float(motion.time_s[0])
    start = (
        Event("start", first_s)
        if squat.start_s is None
        else correct(Event("hold_start", squat.start_s, motion.calibration.push_off.hold_error_s), motion)
    )
    end = Event("end", max(float(motion.time_s[-1]), flight.landing.time_s))
    events = (start, correct(_find_rise(motion, jump, squat=squat), motion), flight.takeoff, flight.landing, end)
    return SquatJumpDetection(
        motion,
        join_phases(_NAMES, events),
        flight=flight,
        squat=squat,
        dip=measure_dip(motion, jump, squat=squat),
        standing=_find_standing(motion, jump, before_s=squat.end_s),
    )


def _find_squat(motion: Motion, jump: WholeFlight) -> HeldSquat:
    """Return the squat held before a jump.

    Raises
    ------
    PhasesNotFound
        Where none is.
    """
    squat = find_held_squat(motion, jump)
    if squat is not None:
        return squat
    raise PhasesNotFound(
        Message("squat_not_held_cmj", "The athlete did not hold a squat. This looks like a countermovement jump.")
        if _find_standing(motion, jump, before_s=jump.takeoff.time_s)
        else Message("squat_not_held", "The athlete did not hold a squat before the jump."),
        hint=Message(
            "hold_squat_or_use_cmj", "Hold the squat for one second and push straight up. Or use cmj-analyze."
        ),
    )


def _find_standing(motion: Motion, jump: WholeFlight, *, before_s: float) -> QuietStanding | None:
    takeoff_m = interpolate_height(motion, jump.takeoff.time_s)
    return find_quiet_standing(motion, before_s=before_s, takeoff_height_m=takeoff_m)


def _find_rise(motion: Motion, jump: WholeFlight, *, squat: HeldSquat) -> Event:
    """Where the centre of mass starts to rise."""
    calibration = motion.calibration.push_off
    instants_s = np.linspace(squat.end_s, jump.takeoff.time_s, _INSTANTS)
    path = np.array([interpolate_height(motion, float(time_s)) for time_s in instants_s])
    bottom = int(np.argmin(path))
    if squat.height_m - path[bottom] > _DIP_SEEN_M:
        return Event("lowest", float(instants_s[bottom]), calibration.squat_start_error_s)
    rise_m = path[-1] - squat.height_m
    low, high = (find_crossings(path, instants_s, level=squat.height_m + share * rise_m) for share in (_LOW, _HIGH))
    if not len(low):  # the athlete crept up while holding, and left the hold above that level
        return Event("push_off", squat.end_s, calibration.hold_error_s)
    return Event(
        "push_off",
        float(low[-1] - calibration.squat_start_factor * (high[-1] - low[-1])),
        calibration.squat_start_error_s,
    )
