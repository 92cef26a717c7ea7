"""The contacts and flights of repeated jumps, in time order, named "flight" and "contact".

A series is a run of flights with only a rebound's time on the ground between them, from one ground and on both feet.
"""

from itertools import pairwise

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase
from kinemotion.movements.jumps.flights import Jump, jumps
from kinemotion.movements.jumps.ground_height import CLEARLY_HIGHER_M, ground_level

_LONGEST_CONTACT_S = 1.0
"""Who stays on the ground for longer has ended the series."""
_SHORTEST_FLIGHT_S = 0.06
"""A hop of half a centimetre; less is a flicker."""
_AROUND_S = 0.3
"""Time next to a flight in which its ground is looked at."""
_SINGLE = 0.5
"""Share of contacts on a single foot, now the left, now the right, that makes a run of a series."""


def find_series(motion: Motion, *, minimum_jumps: int) -> tuple[Phase, ...]:
    """Flights and the contacts between them, "flight" and "contact" in turn.

    Raises
    ------
    PhasesNotFound
        Where there are too few jumps in a row, or the feet take turns as in running.
    """
    series = max([[], *_series(motion)], key=len)
    if len(series) < minimum_jumps:
        raise PhasesNotFound(
            Message(
                "too_few_jumps",
                "Jumps in a row: {count}. A series needs at least {least}.",
                count=len(series),
                least=minimum_jumps,
            ),
            hint=Message(
                "single_jumps_other_command",
                "For a single jump use another command. `kinemotion movements` lists the commands.",
            ),
        )
    if _runs(motion, series):
        raise PhasesNotFound(
            Message("feet_land_in_turn", "The feet land one after the other. This looks like running."),
            hint=Message("use_running", "Use running-analyze."),
        )
    phases = [Phase("flight", series[0].takeoff, series[0].landing)]
    for before, jump in pairwise(series):
        phases += [Phase("contact", before.landing, jump.takeoff), Phase("flight", jump.takeoff, jump.landing)]
    return tuple(phases)


def _series(motion: Motion) -> list[list[Jump]]:
    """All runs of jumps that rebound from each other."""
    found: list[list[Jump]] = []
    for jump in jumps(motion):
        if jump.duration_s < _SHORTEST_FLIGHT_S or _changes_ground(motion, jump):
            continue
        if found and 0 < jump.takeoff.time_s - found[-1][-1].landing.time_s < _LONGEST_CONTACT_S:
            found[-1].append(jump)
        else:
            found.append([jump])
    return found


def _changes_ground(motion: Motion, jump: Jump) -> bool:
    """Whether a jump leads from one ground to another, as from a box."""
    before, after = (ground_level(motion, event.time_s, around_s=_AROUND_S) for event in (jump.takeoff, jump.landing))
    return abs(before - after) > CLEARLY_HIGHER_M


def _runs(motion: Motion, series: list[Jump]) -> bool:
    """Whether single feet land in turn, as in running."""
    feet = [
        _feet(motion, start_s=before.landing.time_s, end_s=jump.takeoff.time_s) for before, jump in pairwise(series)
    ]
    single = [standing for standing in feet if len(standing) == 1]
    return len(single) > _SINGLE * len(feet) and len(set[str]().union(*single)) > 1


def _feet(motion: Motion, *, start_s: float, end_s: float) -> set[str]:
    """The feet that stand between two flights."""
    return {
        contact.side
        for contact in motion.contacts
        if contact.touchdown is not None and start_s <= contact.touchdown.time_s < end_s
    }
