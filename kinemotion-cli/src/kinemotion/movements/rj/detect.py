"""The contacts and flights of repeated jumps, in time order, named "flight" and "contact".

A series is a run of flights with only a rebound's time on the ground between them, from one ground and on both feet.
"""

from dataclasses import dataclass
from itertools import pairwise

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.detection import Detection
from kinemotion.motion.events import Phase
from kinemotion.movements.jumps.flights import WholeFlight, find_ballistic_flights, find_whole_flights
from kinemotion.movements.jumps.ground_height import CLEARLY_HIGHER_M
from kinemotion.movements.jumps.jump_height import FusedFlight, fuse_flight
from kinemotion.movements.jumps.other_movements import check_no_other_movement, measure_ground_change
from kinemotion.movements.rj import RepeatedJumpOptions

_LONGEST_CONTACT_S = 1.0
"""Engineering limit: an athlete who stays on the ground for longer has ended the series."""
_SHORTEST_FLIGHT_S = 0.06
"""Engineering limit: a hop of half a centimetre; less is a flicker."""


@dataclass(frozen=True, slots=True)
class SeriesDetection(Detection):
    """A series of jumps; its phases are the flights and, between them, the contacts."""

    flights: tuple[FusedFlight, ...]


def detect(motion: Motion, options: RepeatedJumpOptions) -> SeriesDetection:
    """Find the longest series of jumps: "flight" and "contact" in turn.

    Raises
    ------
    PhasesNotFound
        Where there are too few jumps in a row, or the flights belong to another movement.
    """
    series = max([[], *_find_series(motion)], key=len)
    is_long_enough = len(series) >= options.minimum_jumps
    check_no_other_movement(motion, series if is_long_enough else find_ballistic_flights(motion))
    if not is_long_enough:
        raise PhasesNotFound(
            Message(
                "too_few_jumps",
                "Jumps in a row: {count}. A series needs at least {least}.",
                count=len(series),
                least=options.minimum_jumps,
            ),
            hint=Message(
                "single_jumps_other_command",
                "For a single jump use another command. `kinemotion movements` lists the commands.",
            ),
        )
    last = len(series) - 1
    flights = [fuse_flight(motion, jump, ignore_ends=(index > 0, index < last)) for index, jump in enumerate(series)]
    phases = [Phase("flight", flights[0].takeoff, flights[0].landing)]
    for before, flight in pairwise(flights):
        if flight.takeoff.time_s <= before.landing.time_s:
            raise PhasesNotFound(
                Message("contact_too_short", "A contact with the ground is too short to be measured."),
                hint=Message("film_feet_and_floor", "Film from the side, with the feet and the floor in even light."),
            )
        phases += [Phase("contact", before.landing, flight.takeoff), Phase("flight", flight.takeoff, flight.landing)]
    return SeriesDetection(motion, tuple(phases), flights=tuple(flights))


def _find_series(motion: Motion) -> list[list[WholeFlight]]:
    """All runs of jumps that rebound from each other."""
    found: list[list[WholeFlight]] = []
    for jump in find_whole_flights(motion):
        if jump.duration_s < _SHORTEST_FLIGHT_S or abs(measure_ground_change(motion, jump)) > CLEARLY_HIGHER_M:
            continue
        if found and 0 < jump.takeoff.time_s - found[-1][-1].landing.time_s < _LONGEST_CONTACT_S:
            found[-1].append(jump)
        else:
            found.append([jump])
    return found
