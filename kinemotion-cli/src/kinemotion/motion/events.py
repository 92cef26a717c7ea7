"""Instants and intervals of a movement. Intervals are half-open: [start_s, end_s)."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from kinemotion.motion.metrics import Estimate, combine_errors
from kinemotion.motion.skeleton import Side

_GRID_S = 2.0**-20
"""Engineering limit: instants are kept to a microsecond, a thousandth of the smallest error of an event."""


@dataclass(frozen=True, slots=True)
class Event:
    """An instant, found between frames.

    Its time lies on a grid of binary fractions of a second, so that differences and sums of instants carry no rounding
    error: parts of a trial add up to the whole exactly.
    """

    name: str
    time_s: float
    uncertainty_s: float = 0.0
    """Standard error."""
    side: Side | None = None
    """Where the event belongs to one foot."""
    automatic_s: float | None = None
    """Where a person corrected the event: the time that was found automatically."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", round(self.time_s / _GRID_S) * _GRID_S)


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a trial, from one event to another."""

    name: str
    start: Event
    end: Event

    @property
    def start_s(self) -> float:
        """First instant of the phase."""
        return self.start.time_s

    @property
    def end_s(self) -> float:
        """First instant after the phase."""
        return self.end.time_s

    @property
    def duration_s(self) -> float:
        """Length of the phase."""
        return self.end.time_s - self.start.time_s

    @property
    def duration(self) -> Estimate:
        """Length of the phase with the errors of both its ends, s."""
        return measure_elapsed(self.start, self.end)


def join_phases(names: Iterable[str], events: Iterable[Event]) -> tuple[Phase, ...]:
    """Phases of these names between consecutive events, of which there is one more."""
    return tuple(Phase(name, *bounds) for name, bounds in zip(names, pairwise(events), strict=True))


def measure_elapsed(first: Event, last: Event) -> Estimate:
    """Time from one event to another with the errors of both, s."""
    return Estimate(last.time_s - first.time_s, combine_errors(first.uncertainty_s, last.uncertainty_s))


def find_phase(phases: Iterable[Phase], name: str) -> Phase:
    """Return the phase of that name.

    Raises
    ------
    KeyError
        Where there is none.
    """
    for candidate in phases:
        if candidate.name == name:
            return candidate
    raise KeyError(name)


def list_events(phases: Iterable[Phase]) -> tuple[Event, ...]:
    """All distinct events that bound the phases, in time order."""
    found = {event for part in phases for event in (part.start, part.end)}
    return tuple(sorted(found, key=lambda event: (event.time_s, event.name)))
