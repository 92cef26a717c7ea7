"""Results held against each other: sessions, left and right leg, countermovement and squat jump.

The intervals are those of the results, taken as independent: a difference is called real where its own 95 % interval
leaves out zero. That says that two trials differ, not that an athlete has changed: people jump differently every day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kinemotion.errors import UsageProblem
from kinemotion.messages import Message, Names
from kinemotion.motion.metrics import Estimate, combine_errors, propagate
from kinemotion.report.contract.encode import SCHEMA_VERSION, describe_message
from kinemotion.report.contract.results import (
    Result,
    find_metric_unit,
    find_movement_title,
    flatten,
    round_interval,
    round_value,
)
from kinemotion.report.exchange.table import Row

if TYPE_CHECKING:
    from kinemotion.report.contract.command_types import (
        ComparedResult,
        ComparisonDocument,
        ComparisonEntry,
        ContrastEntry,
    )

Kind = Literal["sessions", "sides", "eccentric_utilization"]

_UTILIZED = ("jump_height_m", "peak_power_w")
"""What the eccentric utilization ratio is made of: McGuigan et al. 2006, J Strength Cond Res 20, 992-995."""

_WITHOUT_RATIO = ("_deg", "_percent")
"""Endings of keys whose zero is a convention, so that no share of them means anything."""


@dataclass(frozen=True, slots=True)
class Contrast:
    """One metric of a group of results against that of a reference, in the key's unit."""

    key: str
    value: Estimate | None
    """None where only the references carry the metric."""
    reference: Estimate | None
    """None where only the results carry the metric."""
    relative: Estimate | None
    """By the kind of comparison; None where the metric has no natural zero or changes sign."""

    @property
    def difference(self) -> Estimate | None:
        """Value minus reference; None where one of them is missing."""
        if self.value is None or self.reference is None:
            return None
        error = combine_errors(self.value.error, self.reference.error)
        return Estimate(self.value.value - self.reference.value, error)

    @property
    def real(self) -> bool:
        """Whether the difference is beyond its own interval."""
        if self.difference is None:
            return False
        low, high = self.difference.interval
        return not low <= 0.0 <= high


@dataclass(frozen=True, slots=True)
class Comparison:
    """One group of results against another."""

    kind: Kind
    results: tuple[Result, ...]
    """The later session, the left leg, the countermovement jumps."""
    references: tuple[Result, ...]
    """The first session, the right leg, the squat jumps."""
    contrasts: tuple[Contrast, ...]
    warnings: tuple[Message, ...] = ()
    """What keeps the comparison from being believed: two athletes, a result of low confidence."""


def compare_results(results: Sequence[Result]) -> tuple[Comparison, ...]:
    """Each later result against the first; of countermovement and squat jumps, the one against the other.

    Raises
    ------
    UsageProblem
        Where there is nothing to compare, or the movements have nothing in common.
    """
    movements = {result.movement for result in results}
    if movements == {"cmj", "sj"}:
        return (_compare_utilization(results),)
    if len(results) < 2:
        raise UsageProblem(
            Message("nothing_to_compare", "There is nothing to compare with."),
            hint=Message("give_two_results", "Give two results or more."),
        )
    _compare_same_movement(results)
    first, *others = results
    return tuple(
        _find_contrasts("sessions", (other,), references=(first,), relative=_relate_to_reference) for other in others
    )


def compare_sides(left: Sequence[Result], right: Sequence[Result]) -> Comparison:
    """Single-leg trials of the left leg against those of the right; the mean of each metric over a leg's trials.

    The relative difference is (left - right) / greater, in percent: Bishop et al. 2018, 10.1519/SSC.0000000000000371.

    Raises
    ------
    UsageProblem
        Where a side has no trial, or the movements differ.
    """
    if not (left and right):
        raise UsageProblem(
            Message("both_legs_needed", "An asymmetry needs both legs."),
            hint=Message("give_both_sides", "Give --left and --right."),
        )
    _compare_same_movement([*left, *right])
    return _find_contrasts("sides", tuple(left), references=tuple(right), relative=_relate_to_greater)


def _compare_utilization(results: Sequence[Result]) -> Comparison:
    """Countermovement against squat jumps; relative is the eccentric utilization ratio, CMJ / SJ."""
    jumps = tuple(result for result in results if result.movement == "cmj")
    squats = tuple(result for result in results if result.movement == "sj")
    return _find_contrasts(
        "eccentric_utilization", jumps, references=squats, relative=float.__truediv__, keys=_UTILIZED
    )


TABLE: Mapping[str, bytes] = {".csv": b"comparison,files,reference_files,metric,unit"}
"""By extension: what marks a table of comparisons as written here."""


def make_comparison_document(comparisons: Sequence[Comparison]) -> ComparisonDocument:
    """Return the comparisons as JSON values, units in the keys."""
    return {
        "schema_version": SCHEMA_VERSION,
        "comparisons": [_describe_comparison(comparison) for comparison in comparisons],
    }


def list_comparison_rows(comparisons: Sequence[Comparison]) -> Iterator[Row]:
    """A row for each metric of each comparison."""
    for comparison in comparisons:
        about = {
            "comparison": comparison.kind,
            "files": " ".join(str(result.path) for result in comparison.results),
            "reference_files": " ".join(str(result.path) for result in comparison.references),
        }
        for contrast in comparison.contrasts:
            unit = find_metric_unit(comparison.results[0].movement, contrast.key)
            yield {**about, "metric": contrast.key, "unit": unit, **flatten(_describe_metric(contrast))}


def _compare_same_movement(results: Sequence[Result]) -> None:
    movements = sorted({result.movement for result in results})
    if len(movements) > 1:
        titles = {movement: find_movement_title(movement) for movement in movements}
        raise UsageProblem(
            Message(
                "movements_not_comparable",
                "These movements cannot be compared: {movements}.",
                movements=Names("movement", titles),
            ),
            hint=Message(
                "give_one_movement",
                "Give results of one movement, or of countermovement and squat jumps for the eccentric utilization "
                "ratio.",
            ),
        )


def _find_contrasts(
    kind: Kind,
    results: tuple[Result, ...],
    *,
    references: tuple[Result, ...],
    relative: Callable[..., float],
    keys: Sequence[str] | None = None,
) -> Comparison:
    """Return the contrasts of every metric that one of the groups carries; of ``keys``, only if both do."""
    both = (*references, *results)
    carried = dict.fromkeys(key for result in both for key in result.measured_keys)
    contrasts = tuple(
        _make_contrast(key, value=_average(results, key), reference=_average(references, key), relative=relative)
        for key in carried
        if keys is None or key in keys
    )
    if keys is not None:
        contrasts = tuple(contrast for contrast in contrasts if contrast.difference)
    return Comparison(kind, results, references, contrasts, warnings=tuple(_find_warnings(both)))


def _make_contrast(
    key: str, *, value: Estimate | None, reference: Estimate | None, relative: Callable[..., float]
) -> Contrast:
    if value is None or reference is None or key.endswith(_WITHOUT_RATIO) or min(value.value, reference.value) <= 0:
        return Contrast(key, value, reference, None)
    return Contrast(key, value, reference, propagate(relative, value, reference))


def _find_warnings(results: Sequence[Result]) -> Iterator[Message]:
    """What a reader of the comparison must know first."""
    athletes = list(dict.fromkeys(result.athlete for result in results))
    if len(athletes) > 1:
        yield Message(
            "different_athletes",
            "These results are of different athletes: {athletes}. The difference is between people.",
            athletes=", ".join(athletes),
        )
    for result in results:
        if result.is_doubtful:
            yield Message(
                "doubtful_result",
                "{clip} has low confidence. Do not draw conclusions from its differences.",
                clip=result.clip,
            )


def _average(results: Sequence[Result], key: str) -> Estimate | None:
    """Mean over the results that carry the metric."""
    found = [value for result in results if (value := result.measured(key))]
    if not found:
        return None
    error = combine_errors(*(value.error for value in found)) / len(found)
    return Estimate(sum(value.value for value in found) / len(found), error)


def _relate_to_reference(value: float, reference: float) -> float:
    return 100 * (value - reference) / reference


def _relate_to_greater(left: float, right: float) -> float:
    return 100 * (left - right) / max(left, right)


def _describe_comparison(comparison: Comparison) -> ComparisonEntry:
    return {
        "kind": comparison.kind,
        "results": [_describe_source(result) for result in comparison.results],
        "references": [_describe_source(result) for result in comparison.references],
        "metrics": {contrast.key: _describe_metric(contrast) for contrast in comparison.contrasts},
        "warnings": [describe_message(warning) for warning in comparison.warnings],
    }


def _describe_source(result: Result) -> ComparedResult:
    return {
        "path": str(result.path).encode("utf-8", "replace").decode(),
        "clip": result.clip,
        "athlete": result.athlete,
        "date": result.date,
        "movement": result.movement,
    }


def _describe_metric(contrast: Contrast) -> ContrastEntry:
    return {
        "value": round_value(contrast.value),
        "value_interval": round_interval(contrast.value),
        "reference": round_value(contrast.reference),
        "reference_interval": round_interval(contrast.reference),
        "difference": round_value(contrast.difference),
        "difference_interval": round_interval(contrast.difference),
        "relative": round_value(contrast.relative),
        "relative_interval": round_interval(contrast.relative),
        "is_real": contrast.real,
    }
