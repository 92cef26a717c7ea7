"""A comparison as plain text for a terminal."""

from collections.abc import Mapping, Sequence

from kinemotion.i18n.quantities import make_quantity
from kinemotion.i18n.texts import Texts, load_texts
from kinemotion.motion.metrics import Estimate
from kinemotion.report.comparison.compare import Comparison, Contrast, Kind
from kinemotion.report.contract.results import Result, find_metric_title, find_movement_title, write_value
from kinemotion.report.text.summary import make_readable
from kinemotion.report.text.tables import align_columns

_HEADS: Mapping[Kind, tuple[str, str, str, str]] = {
    "sessions": ("now", "before", "change", "of_before"),
    "sides": ("left", "right", "left_minus_right", "of_greater"),
    "eccentric_utilization": ("cmj", "sj", "cmj_minus_sj", "cmj_by_sj"),
}
"""Texts over the columns."""


def write_comparison(comparisons: Sequence[Comparison], *, lang: str = "en", width: int | None = None) -> str:
    """Each comparison as a table; what is real is marked."""
    return "\n\n".join(_write_table(comparison, load_texts(lang), width=width) for comparison in comparisons) + "\n"


def _write_table(comparison: Comparison, words: Texts, *, width: int | None) -> str:
    results, references = (_write_names(group, words) for group in (comparison.results, comparison.references))
    head = words("against", title=words(comparison.kind), results=results, references=references)
    head = "\n".join([head, *(f"  ! {words.sentence(warning)}" for warning in comparison.warnings)])
    if not any(contrast.difference for contrast in comparison.contrasts):
        return f"{head}\n  {words('nothing_in_common')}"
    value, reference, difference, relative = map(words, _HEADS[comparison.kind])
    interval = words("interval_title").lower()
    rows = [("  ", value, reference, difference, interval, relative, interval)]
    rows += [_write_row(contrast, comparison, words=words) for contrast in comparison.contrasts]
    last = words("marked_real" if any(contrast.real for contrast in comparison.contrasts) else "none_real")
    return f"{head}\n{align_columns(rows, numbers_from=1, width=width)}\n{last}"


def _write_names(results: Sequence[Result], words: Texts) -> str:
    clips = ", ".join(f"{make_readable(result.clip)} ({result.date})" for result in results)
    return f"{find_movement_title(results[0].movement, lang=words.lang)} {clips}"


def _write_row(contrast: Contrast, comparison: Comparison, *, words: Texts) -> tuple[str, ...]:
    movement = comparison.results[0].movement
    row = (contrast.value, contrast.reference, contrast.difference)
    largest = [item for item in row if item]
    value, reference, difference = (
        item and write_value(item, movement=movement, key=contrast.key, lang=words.lang, beside=largest) for item in row
    )
    return (
        f"{'*' if contrast.real else ' '} {find_metric_title(movement, contrast.key, lang=words.lang)}",
        value.with_unit if value else "–",
        reference.with_unit if reference else "–",
        write_signed(difference.with_unit) if difference else "",
        words("from_to", low=difference.low, high=difference.high) if difference else "",
        *_write_relative(contrast.relative, words, percent=comparison.kind != "eccentric_utilization"),
    )


def _write_relative(relative: Estimate | None, words: Texts, *, percent: bool) -> tuple[str, str]:
    if relative is None:
        return "", ""
    share = make_quantity(relative, "%" if percent else "1", decimal_point=words("decimal_point"))
    interval = words("from_to", low=share.low, high=share.high)
    return write_signed(share.with_unit) if percent else share.with_unit, interval


def write_signed(text: str) -> str:
    """Return the number with its sign, also where it is positive."""
    return text if text.startswith("−") else f"+{text}"
