"""The flights of a trial that were filmed from take-off to landing."""

from collections.abc import Sequence
from dataclasses import dataclass

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import GRAVITY_M_S2, Arc, Motion
from kinemotion.motion.events import Event
from kinemotion.movements.jumps.body_path import interpolate_height
from kinemotion.reconstruct.quality import describe_no_free_fall

SHORTEST_FLIGHT_S = 0.12
"""Engineering limit: a jump of 2 cm."""
_SURE_FLIGHT_S = 0.25
"""Engineering limit: steps and stumbles keep both feet off the ground for less."""
_LONGEST_FLIGHT_S = 1.3
"""Engineering limit: a jump of 2 m, or a fall from a box after one of 1.2 m."""
_FALLS_SHARE = 0.4
"""Engineering limit: least rise in flight as a share of free fall's; a scale that is assumed may be a third off."""
_RAGGED_M = 0.03
"""Engineering limit: a centre of mass that strays this far from a parabola does not fall freely."""


@dataclass(frozen=True, slots=True)
class WholeFlight:
    """A ``Flight`` with take-off and landing both filmed; the times are those of the feet alone, before fusion."""

    takeoff: Event
    landing: Event
    arc: Arc | None

    @property
    def duration_s(self) -> float:
        """Time in the air, s."""
        return self.landing.time_s - self.takeoff.time_s


def find_whole_flights(motion: Motion) -> tuple[WholeFlight, ...]:
    """Return the flights that were filmed from take-off to landing, in time order."""
    return tuple(
        WholeFlight(flight.takeoff, flight.landing, flight.arc)
        for flight in motion.flights
        if flight.takeoff is not None and flight.landing is not None
    )


def find_ballistic_flights(motion: Motion) -> tuple[WholeFlight, ...]:
    """Return the whole flights in which the body really rises and falls, in time order."""
    return tuple(flight for flight in find_whole_flights(motion) if _is_ballistic(motion, flight))


def find_jump(motion: Motion, flights: Sequence[WholeFlight]) -> WholeFlight:
    """Return the jump of a trial that holds one: the longest of its ballistic flights.

    Raises
    ------
    PhasesNotFound
        Where there is none, or its take-off or landing was not filmed.
    """
    if flights:
        return max(flights, key=lambda flight: flight.duration_s)
    check_landing_filmed(motion)
    if motion.flights and motion.flights[0].takeoff is None:
        raise PhasesNotFound(
            Message("takeoff_not_filmed", "The video starts while the athlete is in the air."),
            hint=Message("film_from_standing", "Start to film while the athlete stands still."),
        )
    check_free_fall(motion)
    raise PhasesNotFound(Message("no_flight", "The feet never left the ground together."))


def check_landing_filmed(motion: Motion) -> None:
    """Check that the last flight of a trial ends within it.

    Raises
    ------
    PhasesNotFound
        If it does not, with the reason: nobody flies for longer than a certain time.
    """
    if not motion.flights or motion.flights[-1].landing is not None:
        return
    takeoff = motion.flights[-1].takeoff
    if takeoff is not None and motion.time_s[-1] - takeoff.time_s > _LONGEST_FLIGHT_S:
        raise PhasesNotFound(
            Message(
                "feet_stay_up",
                "The feet leave the ground at {at_s:.1s} and do not come back for {time_s:.1s}. Nobody is in the air "
                "for so long: the athlete hangs, climbs or is held, or the feet are hidden.",
                at_s=takeoff.time_s,
                time_s=float(motion.time_s[-1]) - takeoff.time_s,
            ),
            hint=Message("land_on_ground", "Land on the ground."),
        )
    raise PhasesNotFound(
        Message("landing_not_filmed", "The video ends before the landing."),
        hint=Message("film_until_standing", "Film until the athlete stands still again."),
    )


def check_free_fall(motion: Motion) -> None:
    """Check that no flight as long as a jump was left out only because its path is ragged.

    Raises
    ------
    PhasesNotFound
        If one was: pictures of it are missing, or their times were changed.
    """
    for flight in find_whole_flights(motion):
        if flight.duration_s > _SURE_FLIGHT_S and flight.arc is not None and flight.arc.residual_m > _RAGGED_M:
            raise PhasesNotFound(describe_no_free_fall(flight.arc.residual_m))


def _is_ballistic(motion: Motion, flight: WholeFlight) -> bool:
    """Return whether the centre of mass rises and falls as a body in the air must."""
    if flight.duration_s < SHORTEST_FLIGHT_S or (flight.arc is not None and flight.arc.residual_m > _RAGGED_M):
        return False
    first_s, last_s = flight.takeoff.time_s, flight.landing.time_s
    start, middle, end = (interpolate_height(motion, time_s) for time_s in (first_s, (first_s + last_s) / 2, last_s))
    return middle - (start + end) / 2 > _FALLS_SHARE * GRAVITY_M_S2 * flight.duration_s**2 / 8
