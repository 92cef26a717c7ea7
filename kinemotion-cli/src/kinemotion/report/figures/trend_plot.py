"""A plot of an athlete's sessions, by matplotlib, imported when the first one is drawn."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from kinemotion.motion.metrics import Estimate
from kinemotion.report.comparison.history import Trend
from kinemotion.report.contract.results import write_value
from kinemotion.report.figures.plots import FORMATS, apply_style, leave_out_date
from kinemotion.report.files import atomic, import_library, read_extension
from kinemotion.report.palette import BLUE, GREY
from kinemotion.report.text.history import write_trend_title

_WIDTH_IN, _PANEL_IN, _DPI = 7.0, 2.6, 160
_NAME_SHARE = 0.04
"""Of the width, that the slanted name of a day needs for itself."""


def write_trend_plot(trends: Sequence[Trend], path: Path, *, lang: str = "en") -> None:
    """Draw the trends to a file: one panel a trend, each session with its 95 % interval.

    The band is the first session, give or take the smallest worthwhile change.

    Raises
    ------
    UsageProblem
        Where the extension is neither ``.png`` nor ``.svg``, or matplotlib is missing.
    OutputProblem
        Where the file cannot be written.
    """
    extension = read_extension(path, FORMATS)
    with atomic(path) as beside, apply_style():
        size = (_WIDTH_IN, _PANEL_IN * len(trends))
        figure = import_library("matplotlib.figure", extra="plots").Figure(figsize=size, layout="constrained")
        for axis, trend in zip(figure.subplots(len(trends), 1, squeeze=False)[:, 0], trends, strict=True):
            _draw(axis, trend, lang=lang)
        kind = "svg" if extension == ".svg" else "png"
        figure.savefig(beside, format=kind, dpi=_DPI, metadata=leave_out_date(kind))


def _draw(axis: Any, trend: Trend, *, lang: str) -> None:  # noqa: ANN401  (matplotlib's own axes)
    days = [date.fromisoformat(session.date) for session in trend.sessions]
    values = [session.value.value for session in trend.sessions]
    reach = [session.value.interval[1] - session.value.value for session in trend.sessions]
    smallest = trend.smallest_worthwhile_change
    if smallest is not None:
        axis.axhspan(values[0] - smallest, values[0] + smallest, color=GREY, alpha=0.25, linewidth=0)
    axis.errorbar(days, values, yerr=reach, color=BLUE, marker="o", markersize=5, linewidth=1.4, capsize=3)
    shown = _select_apart(days)
    axis.set_xticks(shown, [day.isoformat() for day in shown], rotation=30, ha="right")
    axis.set_xticks(days, minor=True)
    axis.yaxis.get_major_locator().set_params(nbins="auto", steps=[1, 2, 5, 10])
    axis.yaxis.set_major_formatter(partial(_write_tick, trend=trend, lang=lang))
    axis.set_title(write_trend_title(trend, lang=lang), loc="left", fontsize=9)


def _select_apart(days: Sequence[date]) -> list[date]:
    """Return the days whose names do not run into each other: from the last one back."""
    gap = (days[-1] - days[0]) * _NAME_SHARE
    found = [days[-1]]
    for day in reversed(days):
        if found[-1] - day > gap:
            found.append(day)
    return found


def _write_tick(value: float, _place: int, *, trend: Trend, lang: str) -> str:
    """A tick of the trend's axis, as texts write its values."""
    return write_value(Estimate(value, 0.0), movement=trend.movement, key=trend.key, lang=lang).with_unit
