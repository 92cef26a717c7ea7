"""The phases of a countermovement jump, after McMahon et al. 2018 (10.1519/SSC.0000000000000375).

*Unweighting* from the onset to the peak downward velocity, *braking* to the lowest centre of mass, *propulsion* to
take-off, *flight*, *landing* to the end of the trial. A clip that starts in the dip has no onset: it begins with the
first phase whose start was filmed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.detection import Detection
from kinemotion.motion.events import Event, join_phases
from kinemotion.movements.cmj.onset import find_onset
from kinemotion.movements.corrections import correct
from kinemotion.movements.jumps.body_path import compute_vertical_speed, find_lowest_point, interpolate_height
from kinemotion.movements.jumps.flights import SHORTEST_FLIGHT_S, WholeFlight
from kinemotion.movements.jumps.jump_height import FusedFlight, fuse_flight
from kinemotion.movements.jumps.other_movements import check_same_ground, find_single_jump
from kinemotion.movements.jumps.starting_posture import (
    COUNTERMOVEMENT_M,
    QuietStanding,
    find_held_squat,
    find_quiet_standing,
    measure_dip,
)

_NAMES = ("unweighting", "braking", "propulsion", "flight", "landing")
_LEAST_PUSH_M = 0.10
"""Engineering limit: a centre of mass that rises less than this before take-off was not pushed off from a dip: a hop
or a running step."""
_SEEN_S = 0.15
"""Engineering limit: a clip that starts less than this before take-off shows no push-off; it may be a rebound."""
_SAMPLING_S = 0.002
"""Engineering limit: spacing of the instants at which the peak downward velocity is looked for."""
_FEWEST_SAMPLES = 10
"""Engineering limit: fewer such instants make no dip."""
_BOUNCE_S = 0.5
"""Engineering limit: less time on the ground between two flights leaves none to stand, sink and push."""
_ALIKE = 0.5
"""Engineering limit: a flight longer than this share of the jump's is another of its kind."""
_OTHER_COMMANDS = Message(
    "other_command",
    "Use another command for running, repeated jumps or drop jumps. `kinemotion movements` lists the commands.",
)


@dataclass(frozen=True, slots=True)
class CmjDetection(Detection):
    """A countermovement jump."""

    flight: FusedFlight
    standing: QuietStanding | None
    """The quiet stand before the dip, where the phases begin with it."""


def detect(motion: Motion, options: Any) -> CmjDetection:  # noqa: ANN401  (there are none)
    """Find the phases of one jump.

    Raises
    ------
    PhasesNotFound
        Where there is no flight, or no push-off out of a dip before it, or a squat is held before that, or the flight
        belongs to another movement.
    """
    del options
    jump = find_single_jump(motion)
    _check_no_bounces(motion, jump)
    _check_no_squat_jump(motion, jump)
    check_same_ground(motion, jump)
    flight = fuse_flight(motion, jump)
    takeoff, landing = flight.takeoff, flight.landing
    lowest = _find_lowest(motion, takeoff)
    dip, standing = _find_dip(motion, lowest, takeoff=takeoff)
    end = Event("end", max(float(motion.time_s[-1]), landing.time_s))
    events = (*dip, *([lowest] if lowest else []), takeoff, landing, end)
    phases = join_phases(_NAMES[len(_NAMES) + 1 - len(events) :], events)
    return CmjDetection(motion, phases, flight=flight, standing=standing)


def _check_no_bounces(motion: Motion, jump: WholeFlight) -> None:
    """Raise where the jump rebounds from another flight, or another of its kind rebounds from it."""
    for flight in motion.flights:
        landed_s = -np.inf if flight.landing is None else flight.landing.time_s
        takeoff_s = np.inf if flight.takeoff is None else flight.takeoff.time_s
        if 0 < landed_s - takeoff_s < SHORTEST_FLIGHT_S:
            continue
        alike = landed_s - takeoff_s > _ALIKE * jump.duration_s
        before = 0 <= jump.takeoff.time_s - landed_s < _BOUNCE_S
        after = 0 <= takeoff_s - jump.landing.time_s < _BOUNCE_S
        if before or (after and alike):
            raise PhasesNotFound(
                Message("repeated_flights", "The athlete jumps again directly after a landing."), hint=_OTHER_COMMANDS
            )


def _check_no_squat_jump(motion: Motion, jump: WholeFlight) -> None:
    """Raise where the athlete holds a squat and jumps out of it without dipping much further."""
    squat = find_held_squat(motion, jump)
    if squat is not None and measure_dip(motion, jump, squat=squat).value <= COUNTERMOVEMENT_M:
        raise PhasesNotFound(
            Message("held_squat", "The athlete jumps from a held squat. This is a squat jump."),
            hint=Message("use_sj", "Use sj-analyze. For a countermovement jump, move down and up without a pause."),
        )


def _find_lowest(motion: Motion, takeoff: Event) -> Event | None:
    """Return the turn from sinking to rising; None where the clip begins after it."""
    turn_s = find_lowest_point(motion, before_s=takeoff.time_s)
    start_s = float(motion.time_s[0]) if turn_s is None else turn_s
    if turn_s is None and takeoff.time_s - start_s < _SEEN_S:
        raise PhasesNotFound(
            Message("push_off_not_filmed", "The video does not show the push-off."),
            hint=Message("film_from_standing", "Start to film while the athlete stands still."),
        )
    if interpolate_height(motion, takeoff.time_s) - interpolate_height(motion, start_s) < _LEAST_PUSH_M:
        raise PhasesNotFound(
            Message("no_push_off", "The athlete leaves the ground without a countermovement and a push-off."),
            hint=_OTHER_COMMANDS,
        )
    if turn_s is None:
        return None
    return correct(Event("lowest", turn_s, motion.calibration.push_off.lowest_error_s), motion)


def _find_dip(
    motion: Motion, lowest: Event | None, *, takeoff: Event
) -> tuple[tuple[Event, ...], QuietStanding | None]:
    """Onset and peak downward velocity, and the stand before; nothing where the athlete was not seen to stand."""
    if lowest is None:
        return (), None
    takeoff_m = interpolate_height(motion, takeoff.time_s)
    standing = find_quiet_standing(motion, before_s=lowest.time_s, takeoff_height_m=takeoff_m)
    if standing is None:
        return (), None
    lowest_m = interpolate_height(motion, lowest.time_s)
    onset = find_onset(motion, standing, lowest_s=lowest.time_s, lowest_m=lowest_m)
    onset = onset and correct(onset, motion)
    if onset is None or lowest.time_s - onset.time_s < _FEWEST_SAMPLES * _SAMPLING_S:
        return (), None
    sinking_s = np.arange(onset.time_s, lowest.time_s, _SAMPLING_S)
    fastest = int(np.argmin(compute_vertical_speed(motion, sinking_s)))
    error_s = motion.calibration.push_off.fastest_sinking_error_s
    peak = correct(Event("peak_downward_velocity", float(sinking_s[fastest]), error_s), motion)
    return (onset, peak), standing
