"""The analysis as plain text for a terminal."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from textwrap import fill

from kinemotion.i18n.texts import Texts, texts
from kinemotion.motion.metrics import Estimate, MetricSpec, specs
from kinemotion.motion.report import Quality, Report, Trial
from kinemotion.movements import registry
from kinemotion.report.contract.results import movement_title
from kinemotion.report.text.tables import columns

TABLE_METRICS = 4
"""Columns of the table of trials: the first declared metrics are the ones people ask for."""

_WIDTH = 100
"""Letters in a line of running text."""


def summary(report: Report, *, verbose: bool = False, lang: str = "en", width: int | None = None) -> str:
    """Return the best trial, a table if there are several, and how reliable they are; lines fit the width."""
    told = texts(lang)
    declared = specs(registry.get(report.movement).metrics)
    parts = [_title(report, told)]
    if report.headline:
        parts.append(_measured(report.headline, declared, told=told, width=width))
    if len(report.trials) > 1:
        parts.append(_table(report.trials, declared[:TABLE_METRICS], told=told, width=width))
    parts.append(_trust(report, told))
    if verbose:
        parts.append(_details(report, told))
    return "\n\n".join(parts) + "\n"


def _confidence(quality: Quality, told: Texts) -> str:
    """How far to trust a result, in two words."""
    return told(f"confidence_{quality.confidence}").lower()


def _title(report: Report, told: Texts) -> str:
    video, count = report.video, len(report.trials)
    clip = told("clip_told", duration=told.written(f"{video.duration_s:.2f}"), fps=told.written(f"{video.fps:.4g}"))
    found = told.count("trials", count)
    return f"{movement_title(report.movement, lang=told.lang)} · {readable(Path(video.source).name)} · {clip} · {found}"


def _measured(trial: Trial, declared: Sequence[MetricSpec], *, told: Texts, width: int | None) -> str:
    rows = [
        (f"  {told.metric_title(spec)}", told.value(value, spec), _interval(value, spec, told=told))
        for spec in declared
        if (value := getattr(trial.metrics, spec.name)) is not None
    ]
    missing = [told.metric_title(spec) for spec in declared if getattr(trial.metrics, spec.name) is None]
    part = told.written(f"{trial.start_s:.2f}–{trial.end_s:.2f} s")
    head = f"{told('trial')} {trial.index + 1}, {part} ({told('interval_beside')})"
    tail = f"  {told('not_measured')} {', '.join(missing)}"
    tails = [fill(tail, min(width or _WIDTH, _WIDTH), subsequent_indent="    ")] if missing else []
    return "\n".join([head, columns(rows, numbers_from=1, width=width), *tails])


def _interval(value: object, spec: MetricSpec, *, told: Texts) -> str:
    if not isinstance(value, Estimate) or spec.unit == "count":
        return ""
    found = told.quantity(value, spec)
    return told("from_to", low=found.low, high=found.high)


def _table(trials: Iterable[Trial], declared: Sequence[MetricSpec], *, told: Texts, width: int | None) -> str:
    """The leading metrics of each trial; what keeps one from being measured stands below."""
    titles = (told.metric_title(spec) for spec in declared)
    rows = [(f"  {told('trial')}", told("from").lower(), *titles, told("quality").lower())]
    for trial in trials:
        values = (told.value(getattr(trial.believed, spec.name, None), spec) for spec in declared)
        verdict = "–" if trial.problem else f"{trial.quality.score}, {_confidence(trial.quality, told)}"
        rows.append((f"  {trial.index + 1}", told.written(f"{trial.start_s:.2f} s"), *values, verdict))
    problems = [f"  {trial.index + 1}: {told.sentence(trial.problem.message)}" for trial in trials if trial.problem]
    return "\n".join([columns(rows, numbers_from=1, width=width), *problems])


def _trust(report: Report, told: Texts) -> str:
    quality = report.quality
    lines = [f"{told('quality')} {quality.score}/100, {_confidence(quality, told)}"]
    return "\n".join([*lines, *(f"  ! {told.sentence(warning)}" for warning in quality.warnings)])


def _details(report: Report, told: Texts) -> str:
    origin, scale, best = report.provenance, report.scale, report.headline
    seconds = partial(told.number, decimals=2, unit="s")
    stages = ", ".join(f"{name} {seconds(taken_s)}" for name, taken_s in origin.stages_s.items())
    duration = seconds(origin.processing_time_s)
    lines = [
        told("took", duration=duration, stages=stages),
        told("made_by", model=origin.estimator.model, version=origin.version),
    ]
    if best:
        lines += [f"  {phase.start_s:8.3f} s  {told.named('phases', phase.name)}" for phase in best.phases]
        lines += [f"  {event.time_s:8.3f} s  {told.named('events', event.name)}" for event in best.events]
    if scale:
        written = told.number(1000 * scale.m_per_px, decimals=3, unit="")
        share = told.number(100 * scale.relative_uncertainty, decimals=1, unit="%")
        lines.append(told("scale_from", source=told.named("scales", scale.source), scale=written, share=share))
    figures = report.quality.indicators
    lines += [f"  {name} {'–' if value is None else f'{value:.3g}'}" for name, value in figures.items()]
    return "\n".join(lines)


def readable(name: str) -> str:
    """A name as it can be printed on one line, whatever bytes it is made of."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
