"""What the user says about the athlete."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, SupportsFloat, get_args

from kinemotion.errors import UsageProblem
from kinemotion.messages import Message

Sex = Literal["female", "male"]


RANGES: Mapping[str, tuple[float, float]] = {"height_m": (1.0, 2.5), "mass_kg": (20.0, 300.0), "speed_m_s": (0.5, 15.0)}
"""What each number may be: beyond lie other units and slips of the keyboard."""

UNIT_HINTS: Mapping[str, Message] = {
    "height_m": Message("give_stature_in_metres", "Give the height in metres, for example 1.80."),
    "mass_kg": Message("give_mass_in_kilograms", "Give the mass in kilograms, for example 72.5."),
    "speed_m_s": Message(
        "give_speed_in_metres_per_second", "Give the speed in metres per second, for example 3.5 for 12.6 km/h."
    ),
}
"""What each number must be given in."""


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
        """Check what was given.

        Raises
        ------
        UsageProblem
            If a number is none, or beyond its range, or the sex is not one of the two that proportions are known of.
        """
        for name, (low, high) in RANGES.items():
            value: object = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, SupportsFloat):
                raise UsageProblem(
                    Message("athlete_no_number", "{name} is {value}, not a number.", name=name, value=repr(value)),
                    hint=UNIT_HINTS[name],
                )
            if not low <= float(value) <= high:
                raise UsageProblem(
                    Message(
                        "athlete_out_of_range",
                        "{name} is {value}, not between {low} and {high}.",
                        name=name,
                        value=f"{float(value):g}",
                        low=f"{low:g}",
                        high=f"{high:g}",
                    ),
                    hint=UNIT_HINTS[name],
                )
        if self.sex not in {None, *get_args(Sex)}:
            raise UsageProblem(
                Message("unknown_sex", "The sex cannot be {name}.", name=repr(self.sex)),
                hint=Message("choose_from", "Choose from: {known}.", known=", ".join(get_args(Sex))),
            )
