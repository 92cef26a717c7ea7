"""How results went from day to day, and which change is worth speaking of: as ``kinemotion history`` has it.

A day's value is the mean of its results. The smallest worthwhile change is 0.2 of the standard deviation between the
athlete's own days, after Hopkins 2004 (Sportscience 8, 1-7).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from statistics import stdev
from typing import Any, Literal

from kinemotion_backend.records.base import AnalysisRecord

Z_95 = 1.959963984540054
"""Half width of a 95 % interval in standard errors, normal distribution."""
WORTHWHILE_SHARE = 0.2
MIN_DAYS = 3
"""Of two days, any change would be many times a fifth of their deviation."""
WITHOUT_RATIO = ("_deg", "_percent")
"""Endings of metrics whose zero is a convention, so that no share of them means anything."""

Verdict = Literal["first", "within error", "real", "worthwhile"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value and its standard error, both in the metric's unit."""

    value: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of a normally distributed error."""
        return self.value - Z_95 * self.error, self.value + Z_95 * self.error

    def minus(self, other: "Estimate") -> "Estimate":
        """Return the difference of two independent estimates."""
        return Estimate(self.value - other.value, sqrt(self.error**2 + other.error**2))


@dataclass(frozen=True, slots=True)
class Day:
    """What was measured on one day."""

    date: date
    value: Estimate
    results: int
    """How many results it is the mean of."""
    change: Estimate | None
    """Since the first day; None of the first."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric of one athlete in one sport, over days in order."""

    sport: str
    metric: str
    smallest_worthwhile_change: float | None
    """None of fewer than three days."""
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One metric of some results against that of others."""

    metric: str
    value: Estimate
    reference: Estimate

    @property
    def difference(self) -> Estimate:
        """Value minus reference."""
        return self.value.minus(self.reference)

    @property
    def relative_percent(self) -> Estimate | None:
        """The difference in percent of the reference; None of a metric without natural zero, or with other signs."""
        value, reference = self.value.value, self.reference.value
        if value <= 0 or reference <= 0 or self.metric.endswith(WITHOUT_RATIO):
            return None
        ratio = value / reference
        error = ratio * sqrt((self.value.error / value) ** 2 + (self.reference.error / reference) ** 2)
        return Estimate(100 * (ratio - 1), 100 * error)

    @property
    def is_real(self) -> bool:
        """Whether the difference is beyond its own interval."""
        low, high = self.difference.interval
        return not low <= 0.0 <= high


def read_estimates(analysis: AnalysisRecord) -> dict[str, Estimate]:
    """Return every metric of the headline that was measured with an interval."""
    summary: Mapping[str, Any] = analysis.summary or {}
    values, intervals = summary.get("data", {}), summary.get("intervals", {})
    found: dict[str, Estimate] = {}
    for key, interval in intervals.items():
        value = values.get(key)
        if interval is not None and isinstance(value, int | float) and not isinstance(value, bool):
            low, high = interval
            found[key] = Estimate(float(value), (high - low) / (2 * Z_95))
    return found


def find_trends(analyses: Iterable[AnalysisRecord], *, metric: str | None = None) -> tuple[Trend, ...]:
    """Return the trend of each sport and metric, or of one metric alone."""
    days: dict[tuple[str, str], dict[date, list[Estimate]]] = defaultdict(lambda: defaultdict(list))
    for analysis in analyses:
        for key, estimate in read_estimates(analysis).items():
            if metric in {None, key}:
                day = analysis.recorded_on or analysis.created_at.date()
                days[analysis.sport, key][day].append(estimate)
    return tuple(_make_trend(sport, key, found=found) for (sport, key), found in sorted(days.items()))


def compare(analyses: Sequence[AnalysisRecord], references: Sequence[AnalysisRecord]) -> tuple[Contrast, ...]:
    """Return how the mean of some results differs from that of others, for each metric that both have."""
    values, others = _average_each(analyses), _average_each(references)
    return tuple(Contrast(key, values[key], others[key]) for key in values if key in others)


def _make_trend(sport: str, metric: str, *, found: Mapping[date, Sequence[Estimate]]) -> Trend:
    means = [(day, _average(values), len(values)) for day, values in sorted(found.items())]
    enough = len(means) >= MIN_DAYS
    smallest = WORTHWHILE_SHARE * stdev(mean.value for _, mean, _ in means) if enough else None
    first = means[0][1]
    days = [Day(means[0][0], first, means[0][2], None, "first")]
    for day, mean, count in means[1:]:
        change = mean.minus(first)
        days.append(Day(day, mean, count, change, _judge(change, smallest)))
    return Trend(sport, metric, smallest, tuple(days))


def _judge(change: Estimate, smallest: float | None) -> Verdict:
    """Say what the change is, by its own interval and by the smallest worthwhile one."""
    low, high = change.interval
    if low <= 0.0 <= high:
        return "within error"
    if smallest is None:
        return "real"
    return "worthwhile" if low > smallest or high < -smallest else "real"


def _average(values: Sequence[Estimate]) -> Estimate:
    count = len(values)
    error = sqrt(sum(value.error**2 for value in values)) / count
    return Estimate(sum(value.value for value in values) / count, error)


def _average_each(analyses: Iterable[AnalysisRecord]) -> dict[str, Estimate]:
    values: dict[str, list[Estimate]] = defaultdict(list)
    for analysis in analyses:
        for key, estimate in read_estimates(analysis).items():
            values[key].append(estimate)
    return {key: _average(found) for key, found in values.items()}
