"""Plots of a trial for print and screen, by matplotlib, imported when the first one is drawn."""

import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Literal

from kinemotion.errors import OutputProblem, UsageProblem
from kinemotion.i18n.texts import Texts, load_texts
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Report, Trial
from kinemotion.report.figures.charts import Bar, Chart, Panel, make_charts
from kinemotion.report.figures.seen_chart import make_seen_chart
from kinemotion.report.files import atomic, check_replaceable, import_library
from kinemotion.report.palette import GREY, INK, choose_phase_colours
from kinemotion.report.series import list_moving_trials

PlotFormat = Literal["png", "svg"]
FORMATS: Mapping[str, bytes] = dict.fromkeys((".png", ".svg"), b"kinemotion")
"""By extension: what marks a plot as written here."""

_WIDTH_IN, _DPI = 8.0, 160
_PANEL_IN, _BARS_IN, _TITLE_IN, _NAMES_IN, _FOOT_IN = 2.0, 1.0, 0.55, 0.4, 0.55
_STYLE = {
    "font.size": 9,
    "font.family": ["DejaVu Sans"],
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "kinemotion",
}
_LINE = 1.6
_MOST_NAMED_PHASES = 8
"""More names than these cannot be read side by side."""


def write_plots(
    report: Report,
    folder: Path,
    *,
    file_format: PlotFormat = "png",
    lang: str = "en",
    seen: Sequence[FramePoses] = (),
) -> tuple[Path, ...]:
    """Paths of the plots written into the folder, named by trial and chart; the folder is made where missing.

    Of a clip without a result there is one of what was ``seen`` in its frames.

    Raises
    ------
    OutputProblem
        Where the folder cannot be made or written to.
    UsageProblem
        Where matplotlib is not installed.
    """
    import_library("matplotlib", extra="plots")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputProblem(
            Message(
                "folder_not_made",
                'The folder {folder!r} could not be made: "{reason}".',
                folder=str(folder),
                reason=str(error.strerror),
            )
        ) from error
    texts = load_texts(lang)
    written: list[Path] = []
    for name, chart, trial in _list_charts(report, seen, texts=texts):
        path = folder / f"{name}.{file_format}"
        check_replaceable(path, FORMATS[f".{file_format}"])
        with atomic(path) as beside, apply_style():
            drawn = draw_chart(chart, trial=trial, texts=texts)
            drawn.savefig(beside, format=file_format, dpi=_DPI, metadata=leave_out_date(file_format))
        written.append(path)
    return tuple(written)


def _list_charts(
    report: Report, seen: Sequence[FramePoses], *, texts: Texts
) -> Iterator[tuple[str, Chart, Trial | None]]:
    """Yield every chart with the name of its file and the trial that it shows."""
    if report.headline is None and (found := make_seen_chart(seen, height_px=report.video.height, texts=texts)):
        yield found.name, found, None
    for trial, motion in list_moving_trials(report):
        for chart in make_charts(trial, motion, texts=texts):
            yield f"trial-{trial.index + 1}-{chart.name}", chart, trial


def plot_trial(trial: Trial, motion: Motion, *, chart: str | None, lang: str) -> Any:  # noqa: ANN401  (matplotlib's own)
    """Return one chart of a trial as a figure of matplotlib; the first one where no name is given.

    Raises
    ------
    UsageProblem
        If matplotlib is not installed, or the trial has no such chart.
    """
    import_library("matplotlib", extra="plots")
    known = {found.name: found for found in make_charts(trial, motion, texts=load_texts(lang))}
    name = next(iter(known), "") if chart is None else chart
    if name not in known:
        raise UsageProblem(
            Message("no_such_chart", "The trial has no chart {name}.", name=name),
            hint=Message("choose_chart", "It has these: {known}.", known=", ".join(known) or "–"),
        )
    with apply_style():
        return draw_chart(known[name], trial=trial, texts=load_texts(lang))


def draw_svg(chart: Chart, *, trial: Trial | None, texts: Texts) -> str:
    """Return the chart as an ``<svg>`` element for a page: no prolog, no style sheet, letters as letters."""
    page = StringIO()
    with apply_style():
        draw_chart(chart, trial=trial, texts=texts).savefig(
            page, format="svg", transparent=True, metadata=leave_out_date("svg")
        )
    return _strip_for_page(page.getvalue())


def _strip_for_page(document: str) -> str:
    """Return the ``<svg>`` element alone, without the document's style, its metadata and the ids nobody refers to."""
    drawing = document[document.index("<svg") :]
    drawing = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", drawing, flags=re.DOTALL)
    referred = set(re.findall(r"#([\w.-]+)", drawing))

    def keep_id(match: re.Match[str]) -> str:
        return match[0] if match[1] in referred or "-area-" in match[1] else ""

    return re.sub(r' id="([^"]*)"', keep_id, drawing)


def draw_chart(chart: Chart, *, trial: Trial | None, texts: Texts) -> Any:  # noqa: ANN401  (matplotlib's own figure)
    """Return the chart as a matplotlib figure; each pair of axes carries its number as an id in SVG."""
    heights = [_BARS_IN if panel.bars else _PANEL_IN for panel in chart.panels]
    phases = trial.phases if trial and not chart.over_stride else ()
    named = phases if len(phases) <= _MOST_NAMED_PHASES else ()
    head_in = _TITLE_IN + (_NAMES_IN if named else 0.0)
    height_in = sum(heights) + head_in + _FOOT_IN
    figure = import_library("matplotlib.figure", extra="plots").Figure(figsize=(_WIDTH_IN, height_in))
    grid = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)
    figure.subplots_adjust(left=0.1, right=0.975, top=1 - head_in / height_in, bottom=_FOOT_IN / height_in, hspace=0.32)
    axes = [row[0] for row in grid]
    for place, (panel, axis) in enumerate(zip(chart.panels, axes, strict=True)):
        axis.patch.set_gid(f"{chart.name}-area-{place}")
        if trial and not chart.over_stride:
            _draw_phases(axis, trial, chart=chart)
        _draw_panel(axis, panel)
    _draw_phase_names(axes[0], named, chart=chart, texts=texts)
    axes[-1].set_xlabel(texts("stride_axis" if chart.over_stride else "time_axis"))
    axes[-1].set_xlim(chart.start_s, chart.end_s)
    for axis in (axes[-1].xaxis, *(pair.yaxis for pair in axes)):
        _write_ticks(axis, texts)
    figure.text(0.012, 1 - 0.1 / height_in, chart.title, fontsize=12, fontweight="bold", va="top")
    return figure


def _write_ticks(axis: Any, texts: Texts) -> None:  # noqa: ANN401
    """The ticks that are seen, as the language writes numbers."""
    low, high = sorted(axis.get_view_interval())
    seen = [place for place in axis.get_ticklocs() if low <= place <= high]
    axis.set_ticks(seen, [texts.written(label) for label in axis.get_major_formatter().format_ticks(seen)])


def _draw_panel(axis: Any, panel: Panel) -> None:  # noqa: ANN401
    title = f"{panel.title} ({panel.unit})" if panel.unit else panel.title
    axis.set_title(title, loc="left", fontsize=9, pad=4)
    if panel.bars:
        _draw_bars(axis, panel.bars)
        return
    axis.grid(axis="y", color="#E3E6EA", linewidth=0.8)
    labels: dict[str, Any] = {}
    for curve in panel.curves:
        [line] = axis.plot(curve.time_s, curve.values, color=curve.colour, linestyle=curve.dashes, linewidth=_LINE)
        labels[curve.label] = line
        if curve.deviation is not None:
            low, high = curve.values - curve.deviation, curve.values + curve.deviation
            axis.fill_between(curve.time_s, low, high, color=curve.colour, alpha=0.18, linewidth=0)
    if len(labels) > 1:
        axis.legend(
            labels.values(),
            labels,
            loc="lower right",
            bbox_to_anchor=(1.0, 0.98),
            ncols=len(labels),
            frameon=False,
            fontsize=8,
            borderaxespad=0,
            handlelength=2.6,
        )


def _draw_bars(axis: Any, bars: tuple[Bar, ...]) -> None:  # noqa: ANN401
    rows = list(dict.fromkeys(bar.row for bar in bars))
    for bar in bars:
        level = rows.index(bar.row)
        axis.barh(level, bar.end_s - bar.start_s, left=bar.start_s, height=0.6, color=bar.colour)
        if bar.label:
            middle = (bar.start_s + bar.end_s) / 2
            axis.text(middle, level, bar.label, color="white", fontsize=7, ha="center", va="center", clip_on=True)
    axis.set_yticks(range(len(rows)), rows)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)


def _draw_phases(axis: Any, trial: Trial, *, chart: Chart) -> None:  # noqa: ANN401
    colours = choose_phase_colours(trial.phases)
    for part in trial.phases:
        axis.axvspan(part.start_s, part.end_s, color=colours[part.name], alpha=0.16, linewidth=0)
    for event in trial.events:
        if chart.start_s <= event.time_s <= chart.end_s:
            axis.axvline(event.time_s, color=GREY, linewidth=0.7, linestyle=(0, (1, 2)))


def _draw_phase_names(axis: Any, phases: tuple[Phase, ...], *, chart: Chart, texts: Texts) -> None:  # noqa: ANN401
    """Phase names above the uppermost panel, on two levels so that short phases do not collide."""
    colours = choose_phase_colours(phases)
    for place, part in enumerate(phases):
        middle = (max(part.start_s, chart.start_s) + min(part.end_s, chart.end_s)) / 2
        axis.annotate(
            texts.named("phases", part.name),
            (middle, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(0, 20 if place % 2 == 0 else 31),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            bbox={"boxstyle": "round,pad=0.25", "facecolor": colours[part.name], "alpha": 0.3, "linewidth": 0},
        )


def apply_style() -> Any:  # noqa: ANN401
    """Matplotlib's context in which every figure here is drawn and saved."""
    return import_library("matplotlib", extra="plots").rc_context(_STYLE)


def leave_out_date(file_format: PlotFormat) -> dict[str, str | None]:
    """Metadata to save a figure with: the same plot twice is the same file twice."""
    return {"Date": None, "Creator": "kinemotion"} if file_format == "svg" else {"Software": "kinemotion"}
