"""What the user tells about the athlete."""

from dataclasses import dataclass
from typing import Literal

Sex = Literal["female", "male"]


@dataclass(frozen=True, slots=True)
class Athlete:
    """Facts that no video shows; each may be unknown."""

    name: str | None = None
    """A label that tells whose result it is; changes no number."""
    height_m: float | None = None
    """Stature, barefoot."""
    mass_kg: float | None = None
    sex: Sex | None = None
    speed_m_s: float | None = None
    """Belt or ground speed of a run."""
