"""What was found in one trial, once: every duration, phase and metric is taken from it."""

from dataclasses import dataclass

from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event, Phase, list_events


@dataclass(frozen=True, slots=True)
class Detection:
    """The phases of one trial. A movement adds in a subclass whatever else measuring needs."""

    motion: Motion
    phases: tuple[Phase, ...]
    """In time order; each begins where the one before it ends, or later."""

    @property
    def events(self) -> tuple[Event, ...]:
        """All distinct events that bound the phases, in time order."""
        return list_events(self.phases)

    @property
    def starts(self) -> dict[str, Event]:
        """The event at which each phase begins, by the name of the phase."""
        return {part.name: part.start for part in self.phases}
