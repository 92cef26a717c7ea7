"""What a person says of a trial's events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinemotion.motion.skeleton import Side


@dataclass(frozen=True, slots=True)
class Correction:
    """The instant that a person gives for an event of a trial."""

    name: str
    time_s: float
    """Seconds since the first frame of the file."""
    side: Side | None = None
    trial: int = 0
    """Index of the trial in the result."""
