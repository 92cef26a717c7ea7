"""A comparison as plain text for a terminal."""

from collections.abc import Mapping, Sequence

from kinemotion.motion.metrics import Estimate
from kinemotion.report.compare import Comparison, Contrast, Kind
from kinemotion.report.quantities import quantity
from kinemotion.report.results import Result, in_words, metric_title, movement_title
from kinemotion.report.text import columns

_HEADS: Mapping[Kind, tuple[str, tuple[str, str, str, str]]] = {
    "sessions": ("Change", ("now", "before", "change", "of before")),
    "sides": ("Left against right", ("left", "right", "left − right", "of the greater")),
    "eccentric_utilization": ("Eccentric utilization", ("CMJ", "SJ", "CMJ − SJ", "CMJ / SJ")),
}
_REAL = "* beyond its own 95 % interval: a real difference between these trials"
_NONE_REAL = "No difference is beyond its own 95 % interval."


def comparison_text(comparisons: Sequence[Comparison]) -> str:
    """Each comparison as a table; what is real is marked."""
    return "\n\n".join(map(_text, comparisons)) + "\n"


def _text(comparison: Comparison) -> str:
    title, heads = _HEADS[comparison.kind]
    head = f"{title}: {_names(comparison.results)} against {_names(comparison.references)}"
    if not comparison.contrasts:
        return f"{head}\n  They carry no metric in common."
    rows = [("  ", *heads[:3], "", heads[3], "")]
    rows += [_row(contrast, comparison) for contrast in comparison.contrasts]
    last = _REAL if any(contrast.real for contrast in comparison.contrasts) else _NONE_REAL
    return f"{head}\n{columns(rows, numbers_from=1)}\n{last}"


def _names(results: Sequence[Result]) -> str:
    told = ", ".join(f"{result.clip} ({result.date})" for result in results)
    return f"{movement_title(results[0].movement)} {told}"


def _row(contrast: Contrast, comparison: Comparison) -> tuple[str, ...]:
    movement = comparison.results[0].movement
    value, reference, difference = (
        in_words(item, movement=movement, key=contrast.key)
        for item in (contrast.value, contrast.reference, contrast.difference)
    )
    return (
        f"{'*' if contrast.real else ' '} {metric_title(movement, contrast.key)}",
        value.with_unit,
        reference.with_unit,
        signed(difference.with_unit),
        f"{difference.low} to {difference.high}",
        *_relative(contrast.relative, percent=comparison.kind != "eccentric_utilization"),
    )


def _relative(relative: Estimate | None, *, percent: bool) -> tuple[str, str]:
    if relative is None:
        return "", ""
    told = quantity(relative, "%" if percent else "1")
    return signed(told.with_unit) if percent else told.with_unit, f"{told.low} to {told.high}"


def signed(text: str) -> str:
    """The number with its sign, also where it is positive."""
    return text if text.startswith("−") else f"+{text}"
