"""A measured value in the unit people use, as text."""

from collections.abc import Iterable
from dataclasses import dataclass

from kinemotion.motion.metrics import Estimate, Unit


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number for people: the value, its 95 % interval and the unit, each as text."""

    value: str
    low: str
    high: str
    unit: str

    @property
    def with_unit(self) -> str:
        """Value and unit, joined so that no line breaks between them."""
        return f"{self.value}{self.spaced_unit}"

    @property
    def spaced_unit(self) -> str:
        """The unit as it follows its number."""
        return space_unit(self.unit)


def space_unit(unit: str) -> str:
    """Return the unit as it follows its number: the degree sign touches it."""
    return unit if unit in {"", "°"} else f"\u00a0{unit}"


@dataclass(frozen=True, slots=True)
class _Style:
    sign: str
    factor: float = 1.0
    decimals: int = 0


_STYLES: dict[Unit, _Style] = {
    "m": _Style("m", decimals=2),
    "s": _Style("s", decimals=2),
    "m/s": _Style("m/s", decimals=2),
    "deg": _Style("°"),
    "1": _Style("", decimals=2),
    "1/min": _Style("/min", decimals=1),
    "kN/m": _Style("kN/m", decimals=1),
    "N": _Style("N"),
    "N/kg": _Style("N/kg", decimals=1),
    "W": _Style("W"),
    "W/kg": _Style("W/kg", decimals=1),
    "kg": _Style("kg", decimals=1),
    "%": _Style("%", decimals=1),
    "count": _Style(""),
    "1/jump": _Style("/jump", decimals=3),
}
_SMALL: dict[Unit, _Style] = {
    "m": _Style("cm", factor=100.0, decimals=1),
    "s": _Style("ms", factor=1000.0),
}
"""Below one metre and one second people speak of centimetres and milliseconds."""


def make_quantity(
    estimate: Estimate, unit: Unit, *, decimal_point: str = ".", beside: Iterable[Estimate] = ()
) -> Quantity:
    """Return the estimate in the unit people use, rounded to what can be read off a video.

    Of values ``beside`` each other, all are written in the unit of the largest.
    """
    largest = max(abs(item.value) for item in (estimate, *beside))
    small = largest < 1.0 and unit in _SMALL
    style = _SMALL[unit] if small else _STYLES[unit]

    def text(number: float) -> str:
        rounded = f"{number * style.factor:z.{style.decimals}f}"
        return rounded.replace("-", "\u2212").replace(".", decimal_point)

    low, high = estimate.interval
    return Quantity(text(estimate.value), text(low), text(high), style.sign)
