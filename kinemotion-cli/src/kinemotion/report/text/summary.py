"""The analysis as plain text for a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from textwrap import fill

from kinemotion.i18n.texts import Texts, load_texts
from kinemotion.motion.metrics import Estimate, MetricSpec, list_metrics
from kinemotion.motion.report import Quality, Report, Trial
from kinemotion.movements import registry
from kinemotion.report.contract.results import find_movement_title
from kinemotion.report.text.tables import align_columns

TABLE_METRICS = 4
"""Columns of the table of trials: the first declared metrics are the ones people ask for."""

_UNITS: Mapping[str, tuple[float, int, str]] = {
    "_hz": (1.0, 1, "/s"),
    "_share": (100.0, 1, "%"),
    "_uncertainty": (100.0, 1, "%"),
    "_px": (1.0, 0, "px"),
    "_m": (1000.0, 1, "mm"),
}
"""By the ending of an indicator's name: its factor, decimals and unit for people."""

_WIDTH = 100
"""Letters in a line of running text."""


def write_summary(report: Report, *, verbose: bool = False, lang: str = "en", width: int | None = None) -> str:
    """Return the best trial, a table if there are several, and how reliable they are; lines fit the width."""
    words = load_texts(lang)
    declared = list_metrics(registry.get(report.movement).metrics)
    parts = [_write_title(report, words)]
    if report.headline:
        parts.append(_write_metrics(report.headline, declared, words=words, width=width))
    if len(report.trials) > 1:
        parts.append(_write_table(report.trials, declared[:TABLE_METRICS], words=words, width=width))
    parts.append(_write_trust(report, words=words, width=width))
    if verbose:
        parts.append(_write_details(report, words))
    return "\n\n".join(parts) + "\n"


def _write_confidence(quality: Quality, words: Texts) -> str:
    """Return how far to trust a result, in two words."""
    return words(f"confidence_{quality.confidence}").lower()


def _write_title(report: Report, words: Texts) -> str:
    video, count = report.video, len(report.trials)
    clip = words(
        "clip_summary", duration=words.written(f"{video.duration_s:.2f}"), fps=words.written(f"{video.fps:.4g}")
    )
    found = words.count("trials", count)
    title, name = find_movement_title(report.movement, lang=words.lang), make_readable(Path(video.source).name)
    return f"{title} · {name} · {clip} · {found}"


def _write_metrics(trial: Trial, declared: Sequence[MetricSpec], *, words: Texts, width: int | None) -> str:
    rows = [
        (f"  {words.metric_title(spec)}", words.value(value, spec), _write_interval(value, spec, words=words))
        for spec in declared
        if (value := getattr(trial.metrics, spec.name)) is not None
    ]
    missing = [words.metric_title(spec) for spec in declared if getattr(trial.metrics, spec.name) is None]
    part = words.written(f"{trial.start_s:.2f}–{trial.end_s:.2f} s")
    head = f"{words('trial')} {trial.index + 1}, {part} ({words('interval_beside')})"
    tail = f"  {words('not_measured')} {', '.join(missing)}"
    tails = [_fold(tail, width=min(width or _WIDTH, _WIDTH))] if missing else []
    return "\n".join([_fold(head, width=width), align_columns(rows, numbers_from=1, width=width), *tails])


def _write_interval(value: object, spec: MetricSpec, *, words: Texts) -> str:
    if not isinstance(value, Estimate) or spec.unit == "count":
        return ""
    found = words.quantity(value, spec)
    return words("from_to", low=found.low, high=found.high)


def _write_table(trials: Iterable[Trial], declared: Sequence[MetricSpec], *, words: Texts, width: int | None) -> str:
    """Return the leading metrics of each trial; what keeps one from being measured stands below."""
    titles = (words.metric_title(spec) for spec in declared)
    rows = [(f"  {words('trial')}", words("from").lower(), *titles, words("quality").lower())]
    for trial in trials:
        values = (words.value(getattr(trial.believed, spec.name, None), spec) for spec in declared)
        verdict = "–" if trial.problem else f"{trial.quality.score}, {_write_confidence(trial.quality, words)}"
        rows.append((f"  {trial.index + 1}", words.written(f"{trial.start_s:.2f} s"), *values, verdict))
    problems = [
        _fold(f"  {words('named', name=trial.index + 1, text=words.sentence(trial.problem.message))}", width=width)
        for trial in trials
        if trial.problem
    ]
    return "\n".join([align_columns(rows, numbers_from=1, width=width), *problems])


def _write_trust(report: Report, *, words: Texts, width: int | None) -> str:
    quality = report.quality
    lines = [f"{words('quality')} {quality.score}/100, {_write_confidence(quality, words)}"]
    return "\n".join([*lines, *(_fold(f"  ! {words.sentence(text)}", width=width) for text in quality.warnings)])


def _fold(line: str, *, width: int | None) -> str:
    """Break a line between its words where it is wider than the terminal; what follows stands further in."""
    if width is None:
        return line
    return fill(line, width, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False)


def _write_details(report: Report, words: Texts) -> str:
    origin, scale, best = report.provenance, report.scale, report.headline
    seconds = partial(words.number, decimals=2, unit="s")
    stages = ", ".join(f"{words.named('stages', name)} {seconds(taken_s)}" for name, taken_s in origin.stages_s.items())
    duration = seconds(origin.processing_time_s)
    lines = [
        words("took", duration=duration, stages=stages),
        words("made_by", model=origin.estimator.model, version=origin.version),
    ]
    if best:
        instants = [(phase.start_s, words.named("phases", phase.name)) for phase in best.phases]
        instants += [(event.time_s, words.named("events", event.name)) for event in best.events]
        lines += [f"  {words.written(f'{time_s:8.3f}')} s  {name}" for time_s, name in instants]
    if scale:
        written = words.number(1000 * scale.m_per_px, decimals=3, unit="")
        share = words.number(100 * scale.relative_uncertainty, decimals=1, unit="%")
        lines.append(words("scale_from", source=words.named("scales", scale.source), scale=written, share=share))
    rows = [
        (f"  {words.named('indicators', name)}", _write_indicator(name, value, words=words))
        for name, value in report.quality.indicators.items()
    ]
    return "\n".join([*lines, align_columns(rows, numbers_from=1)])


def _write_indicator(name: str, value: float | None, *, words: Texts) -> str:
    """Return a figure behind the score, in the unit that people know for the one in its name."""
    if value is None:
        return "–"
    for ending, (factor, decimals, unit) in _UNITS.items():
        if name.endswith(ending):
            return words.number(factor * value, decimals=decimals, unit=unit)
    return words.written(f"{value:.3g}")


def make_readable(name: str) -> str:
    """A name as it can be printed on one line, whatever bytes it is made of."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)
