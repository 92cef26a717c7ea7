"""What the user says about the athlete."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kinemotion.errors import UsageProblem
from kinemotion.messages import Message

Sex = Literal["female", "male"]


RANGES: Mapping[str, tuple[float, float]] = {"height_m": (1.0, 2.5), "mass_kg": (20.0, 300.0), "speed_m_s": (0.5, 15.0)}
"""What each number may be: beyond lie other units and slips of the keyboard."""

_UNITS: Mapping[str, Message] = {
    "height_m": Message("give_stature_in_metres", "Give the height in metres, for example 1.80."),
    "mass_kg": Message("give_mass_in_kilograms", "Give the mass in kilograms, for example 72.5."),
    "speed_m_s": Message(
        "give_speed_in_metres_per_second", "Give the speed in metres per second, for example 3.5 for 12.6 km/h."
    ),
}


@dataclass(frozen=True, slots=True)
class Athlete:
    """Facts that no video shows; each may be unknown."""

    name: str | None = None
    """A label that says whose result it is; changes no number."""
    height_m: float | None = None
    """Stature, barefoot."""
    mass_kg: float | None = None
    sex: Sex | None = None
    speed_m_s: float | None = None
    """Belt or ground speed of a run."""

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises
        ------
        UsageProblem
            If one is beyond its range.
        """
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise UsageProblem(
                    Message(
                        "athlete_out_of_range",
                        "{name} is {value}, not between {low} and {high}.",
                        name=name,
                        value=f"{value:g}",
                        low=f"{low:g}",
                        high=f"{high:g}",
                    ),
                    hint=_UNITS[name],
                )
