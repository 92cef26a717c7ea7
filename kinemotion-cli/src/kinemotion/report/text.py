"""The analysis as plain text for a terminal."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import fill

from kinemotion.motion.metrics import Estimate, MetricSpec, specs
from kinemotion.motion.report import Report, Trial
from kinemotion.movements import registry
from kinemotion.report.quantities import quantity

TABLE_METRICS = 4
"""Columns of the table of trials: the first declared metrics are the ones people ask for."""

_WIDTH = 100
"""Letters in a line of running text."""


def summary(report: Report, *, verbose: bool = False) -> str:
    """The best trial, a table where there are several, and how far to trust it all."""
    movement = registry.get(report.movement)
    declared = specs(movement.metrics)
    parts = [_title(report, movement.title)]
    if report.headline:
        parts.append(_measured(report.headline, declared))
    if len(report.trials) > 1 or not report.headline:
        parts.append(_table(report.trials, declared[:TABLE_METRICS]))
    parts.append(_trust(report))
    if verbose:
        parts.append(_details(report))
    return "\n\n".join(parts) + "\n"


def cell(value: object, spec: MetricSpec) -> str:
    """A metric's value with its unit; a dash where it was not measured."""
    if isinstance(value, Estimate):
        return quantity(value, spec.unit).with_unit
    return "–" if value is None else str(value)


def _title(report: Report, title: str) -> str:
    video = report.video
    name = Path(video.source).name.encode("utf-8", "replace").decode()
    found = f"{len(report.trials)} trial{'' if len(report.trials) == 1 else 's'}"
    return f"{title} · {name} · {video.duration_s:.2f} s at {video.fps:.4g} frames/s · {found}"


def _measured(trial: Trial, declared: Sequence[MetricSpec]) -> str:
    rows = [
        (f"  {spec.title}", cell(value, spec), _interval(value, spec))
        for spec in declared
        if (value := getattr(trial.metrics, spec.name)) is not None
    ]
    missing = [spec.title for spec in declared if getattr(trial.metrics, spec.name) is None]
    head = f"Trial {trial.index + 1}, {trial.start_s:.2f}–{trial.end_s:.2f} s (95 % interval on the right)"
    tail = [fill(f"  Not measured: {', '.join(missing)}", _WIDTH, subsequent_indent="    ")] if missing else []
    return "\n".join([head, columns(rows, numbers_from=1), *tail])


def _interval(value: object, spec: MetricSpec) -> str:
    if not isinstance(value, Estimate) or spec.unit == "count":
        return ""
    told = quantity(value, spec.unit)
    return f"{told.low} to {told.high}"


def _table(trials: Iterable[Trial], declared: Sequence[MetricSpec]) -> str:
    rows = [("  Trial", "from", *(spec.title for spec in declared), "quality")]
    for trial in trials:
        told = (cell(getattr(trial.believed, spec.name, None), spec) for spec in declared)
        verdict = trial.problem.code if trial.problem else f"{trial.quality.score} {trial.quality.confidence}"
        rows.append((f"  {trial.index + 1}", f"{trial.start_s:.2f} s", *told, verdict))
    return columns(rows, numbers_from=1)


def _trust(report: Report) -> str:
    quality = report.quality
    lines = [f"Quality {quality.score}/100, {quality.confidence} confidence"]
    return "\n".join([*lines, *(f"  ! {warning}" for warning in quality.warnings)])


def _details(report: Report) -> str:
    origin = report.provenance
    stages = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in origin.stages_s.items())
    lines = [f"Took {origin.processing_time_s:.2f} s ({stages})", f"Model {origin.estimator.model}, {origin.version}"]
    if report.headline:
        lines += [f"  {phase.start_s:8.3f} s  {phase.name}" for phase in report.headline.phases]
        lines += [f"  {event.time_s:8.3f} s  {event.name}" for event in report.headline.events]
    if report.scale:
        scale = report.scale
        lines.append(f"Scale from {scale.source}: {1000 * scale.m_per_px:.3f} mm/px ± {scale.relative_uncertainty:.1%}")
    figures = report.quality.indicators
    lines += [f"  {name} {'–' if value is None else f'{value:.3g}'}" for name, value in figures.items()]
    return "\n".join(lines)


def columns(rows: Sequence[Sequence[str]], *, numbers_from: int) -> str:
    """The rows with aligned columns; columns from that position on are right aligned."""
    widths = [max(len(text) for text in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "   ".join(
            text.rjust(width) if place >= numbers_from else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
