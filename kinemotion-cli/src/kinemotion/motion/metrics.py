"""Declaring a metric once: its unit, meaning, plausible range, source; and measured values with their error.

A sport's metrics are one frozen dataclass. Everything that names a metric (JSON, schema, text, CSV, docs, bounds)
reads these declarations::

    @dataclass(frozen=True, slots=True)
    class JumpMetrics:
        jump_height: Estimate | None = metric("m", "Rise of the centre of mass in flight.", plausible=(0.02, 1.0))
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from math import isfinite, sqrt
from types import MappingProxyType
from typing import Any, Literal

Z_95 = 1.959963984540054
"""Half width of a 95 % interval in standard errors, normal distribution."""

Unit = Literal[
    "m",
    "s",
    "m/s",
    "deg",
    "1",
    "1/min",
    "kN/m",
    "N",
    "N/kg",
    "W",
    "W/kg",
    "kg",
    "%",
    "count",
    "class",
    "1/jump",
]

_SUFFIX: Mapping[Unit, str] = MappingProxyType(
    {
        "m": "_m",
        "s": "_ms",
        "m/s": "_m_s",
        "deg": "_deg",
        "1": "",
        "1/min": "_per_min",
        "kN/m": "_kn_m",
        "N": "_n",
        "N/kg": "_n_kg",
        "W": "_w",
        "W/kg": "_w_kg",
        "kg": "_kg",
        "%": "_percent",
        "count": "_count",
        "class": "",
        "1/jump": "_per_jump",
    }
)
"""End of the contract's key, by unit. The contract gives seconds in milliseconds, all else in the unit measured."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value and its standard error, both in the metric's SI unit."""

    value: float
    error: float

    def __post_init__(self) -> None:
        if not (isfinite(self.value) and isfinite(self.error) and self.error >= 0):
            raise ValueError(f"not a measurement: {self.value} ± {self.error}")

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of a normally distributed error."""
        return self.value - Z_95 * self.error, self.value + Z_95 * self.error

    def scaled(self, factor: float) -> "Estimate":
        """Return the same measurement times a constant."""
        return Estimate(self.value * factor, self.error * abs(factor))


def combine_errors(*errors: float) -> float:
    """Return the standard error of a sum of independent errors."""
    return sqrt(sum(error * error for error in errors))


def divide(numerator: Estimate, denominator: Estimate) -> Estimate:
    """Quotient of two independent measurements, first-order propagation."""
    return propagate(float.__truediv__, numerator, denominator)


def multiply(first: Estimate, second: Estimate) -> Estimate:
    """Product of two independent measurements, first-order propagation."""
    return propagate(float.__mul__, first, second)


def propagate(function: Callable[..., float], *inputs: Estimate) -> Estimate:
    """A function of independent measurements, with first-order errors by central differences."""
    values = [float(item.value) for item in inputs]  # what a user gives may be a whole number
    errors: list[float] = []
    for position, item in enumerate(inputs):
        high, low = list(values), list(values)
        high[position] += item.error
        low[position] -= item.error
        errors.append((function(*high) - function(*low)) / 2)
    return Estimate(function(*values), combine_errors(*errors))


def average_weighted(values: Sequence[Estimate]) -> Estimate:
    """Inverse-variance mean of independent measurements of one thing, none of them exact."""
    weights = [1.0 / value.error**2 for value in values]
    mean = sum(weight * value.value for weight, value in zip(weights, values, strict=True)) / sum(weights)
    return Estimate(mean, 1.0 / sqrt(sum(weights)))


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """What is declared of one metric."""

    name: str
    unit: Unit
    meaning: str
    plausible: tuple[float, float] | None
    """Range outside which a human value is not believed, in SI; a value outside makes the trial implausible."""
    source: str
    """Origin of the definition or formula."""
    title: str
    suffix: str | None = None
    """End of the key where the unit's is not said of this metric."""

    @property
    def key(self) -> str:
        """Name in the contract: the metric's name with its unit."""
        return self.name + (_SUFFIX[self.unit] if self.suffix is None else self.suffix)

    @property
    def key_unit(self) -> str:
        """Unit of the contract's number."""
        return "ms" if self.unit == "s" else self.unit

    @property
    def factor(self) -> float:
        """From the SI value to the contract's number."""
        return 1000.0 if self.unit == "s" else 1.0


def metric(  # noqa: PLR0913  (a declaration, by keyword)
    unit: Unit,
    meaning: str,
    *,
    plausible: tuple[float, float] | None = None,
    source: str = "",
    title: str = "",
    suffix: str | None = None,
) -> Any:  # noqa: ANN401  (a dataclass field is typed by its annotation)
    """Declare a metric: the default of a dataclass field of type ``Estimate | None`` (or ``str | None``)."""
    declared = {
        "unit": unit,
        "meaning": meaning,
        "plausible": plausible,
        "source": source,
        "title": title,
        "suffix": suffix,
    }
    return field(default=None, metadata={"metric": declared})


@cache
def list_metrics(metrics: type) -> tuple[MetricSpec, ...]:
    """Declarations of a metrics class, in order."""
    found: list[MetricSpec] = []
    for item in fields(metrics):
        declared = dict(item.metadata["metric"])
        declared["title"] = declared["title"] or _write_title(item.name)
        found.append(MetricSpec(name=item.name, **declared))
    return tuple(found)


def _write_title(name: str) -> str:
    """A metric's name as it is said."""
    return name.replace("takeoff", "take-off").replace("toeoff", "toe-off").replace("_", " ").capitalize()


def find_implausible(metrics: object) -> tuple[MetricSpec, ...]:
    """Return the metrics whose measured value is outside its plausible range."""
    outside: list[MetricSpec] = []
    for spec in list_metrics(type(metrics)):
        value = getattr(metrics, spec.name)
        if spec.plausible and isinstance(value, Estimate) and not spec.plausible[0] <= value.value <= spec.plausible[1]:
            outside.append(spec)
    return tuple(outside)
