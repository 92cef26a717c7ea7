"""The analysis as the contract's document: units in the keys, missing is null, numbers rounded once and only here."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING

from kinemotion.errors import MovementNotFound
from kinemotion.messages import Message, Names
from kinemotion.motion.body import Scale
from kinemotion.motion.events import Event
from kinemotion.motion.frames import VideoInfo
from kinemotion.motion.metrics import Estimate, MetricSpec, specs
from kinemotion.motion.report import Problem, Provenance, Quality, Repetition, Report, Trial
from kinemotion.movements import registry
from kinemotion.movements.base import Movement
from kinemotion.report.contract.encode import SCHEMA_VERSION, message_entry, problem_entry, significant

if TYPE_CHECKING:
    from kinemotion.report.contract.analysis_types import (
        Algorithm,
        AnalysisDocument,
        EventEntry,
        Processing,
        QualityEntry,
        RepetitionEntry,
        ScaleEntry,
        TrialEntry,
        VideoEntry,
    )
    from kinemotion.report.contract.common_types import ProblemEntry
    from kinemotion.report.contract.stream_types import ReportEvent, TrialEvent

Data = dict[str, float | int | str | None]


def document(report: Report) -> AnalysisDocument:
    """The whole analysis as JSON values."""
    movement = registry.get(report.movement)
    best = report.headline
    found: AnalysisDocument = {
        "schema_version": SCHEMA_VERSION,
        "movement": report.movement,
        "data": values(best.metrics if best else None, movement.metrics),
        "intervals": intervals(best.metrics if best else None, movement.metrics),
        "trials": [trial_document(trial, movement) for trial in report.trials],
        "metadata": {
            "headline_trial": best.index if best else None,
            "quality": {**_quality(report.quality), "indicators": _rounded(report.quality.indicators)},
            "video": video_document(report.video),
            "processing": _processing(report.provenance),
            "algorithm": _algorithm(report.provenance, report.scale),
        },
    }
    if refused := refusal(report):
        found["error"] = {**_problem(refused), "retryable": False}
    return found


def refusal(report: Report) -> Problem | None:
    """Why the report carries no numbers, as its first trial says; None where it does."""
    if report.headline:
        return None
    if report.problem:
        return report.problem
    named = (trial.problem for trial in report.trials if trial.problem)
    movement = Names("movement", {report.movement: registry.get(report.movement).title})
    unnamed = Message("no_trial_measured", "No {movement} in this video could be measured.", movement=movement)
    return next(named, Problem(MovementNotFound.code, unnamed))


def trial_document(trial: Trial, movement: Movement) -> TrialEntry:
    """One trial as JSON values; without numbers where a problem stands."""
    found: TrialEntry = {
        "index": trial.index,
        "person": trial.person,
        "start_s": _seconds(trial.start_s),
        "end_s": _seconds(trial.end_s),
        "data": values(trial.believed, movement.metrics),
        "intervals": intervals(trial.believed, movement.metrics),
        "events": [_event(event, trial) for event in trial.events],
        "phases": [
            {"name": phase.name, "start_s": _seconds(phase.start_s), "end_s": _seconds(phase.end_s)}
            for phase in trial.phases
        ],
        "quality": _quality(trial.quality),
        "problem": _problem(trial.problem) if trial.problem else None,
        "repairs": list(trial.repairs),
    }
    if movement.repetition_metrics:
        found["repetitions"] = [_repetition(part, movement.repetition_metrics) for part in trial.repetitions]
    return found


def trial_event(trial: Trial, movement: Movement) -> TrialEvent:
    """The line of a stream that tells a finished trial."""
    return {
        "schema_version": SCHEMA_VERSION,
        "event": "trial",
        "movement": movement.name,
        "trial": trial_document(trial, movement),
    }


def report_event(report: Report) -> ReportEvent:
    """The line that closes a stream: the whole document."""
    return {**document(report), "event": "report"}


def video_document(info: VideoInfo) -> VideoEntry:
    """What is known of the file."""
    return {
        "source_path": _printable(info.source),
        "sha256": info.sha256,
        "fps": round(info.fps, 3),
        "variable_frame_rate": info.variable_frame_rate,
        "capture_fps": info.capture_fps,
        "capture_fps_source": info.capture_fps_source,
        "recorded_at": info.recorded_at,
        "frame_count": info.frame_count,
        "promised_frames": info.promised_frames,
        "duration_s": _seconds(info.duration_s),
        "resolution": {"width": info.width, "height": info.height},
        "rotation_deg": info.rotation_deg,
        "codec": info.codec,
        "warnings": list(info.warnings),
        "messages": [message_entry(warning) for warning in info.warnings],
    }


def values(metrics: object | None, declared: type) -> Data:
    """Every declared metric by contract key; null where it was not measured."""
    return {spec.key: _value(getattr(metrics, spec.name, None), spec) for spec in specs(declared)}


def intervals(metrics: object | None, declared: type) -> dict[str, list[float]]:
    """95 % interval of every measured metric by contract key."""
    found: dict[str, list[float]] = {}
    for spec in specs(declared):
        value = getattr(metrics, spec.name, None)
        if isinstance(value, Estimate) and spec.unit != "count":
            found[spec.key] = [significant(bound * spec.factor) for bound in value.interval]
    return found


def _value(value: object, spec: MetricSpec) -> float | int | str | None:
    if isinstance(value, Estimate):
        return round(value.value) if spec.unit == "count" else significant(value.value * spec.factor)
    return None if value is None else str(value)


def _repetition(part: Repetition, declared: type) -> RepetitionEntry:
    return {
        "index": part.index,
        "side": part.side,
        "start_s": _seconds(part.start_s),
        "end_s": _seconds(part.end_s),
        "data": values(part.metrics, declared),
        "intervals": intervals(part.metrics, declared),
    }


def _event(event: Event, trial: Trial) -> EventEntry:
    found: EventEntry = {
        "name": event.name,
        "time_s": _seconds(event.time_s),
        "frame": _frame(event.time_s, trial),
        "uncertainty_s": _seconds(event.uncertainty_s),
        "side": event.side,
    }
    if event.automatic_s is not None:
        found["automatic_s"] = _seconds(event.automatic_s)
    return found


def _frame(time_s: float, trial: Trial) -> float | None:
    """Position between the numbered frames of the file, by interpolation of their time stamps."""
    if trial.frames is None:
        return None
    return round(trial.frames.at(time_s), 2)


def _quality(quality: Quality) -> QualityEntry:
    return {
        "score": quality.score,
        "confidence": quality.confidence,
        "warnings": list(quality.warnings),
        "messages": [message_entry(warning) for warning in quality.warnings],
    }


def _problem(problem: Problem) -> ProblemEntry:
    return problem_entry(problem.code, message=problem.message, hint=problem.hint)


def _processing(provenance: Provenance) -> Processing:
    return {
        "version": provenance.version,
        "timestamp": provenance.timestamp,
        "quality_preset": provenance.quality_preset,
        "processing_time_s": round(provenance.processing_time_s, 3),
        "stages_s": {name: round(seconds, 3) for name, seconds in provenance.stages_s.items()},
    }


def _algorithm(provenance: Provenance, scale: Scale | None) -> Algorithm:
    estimator = provenance.estimator
    return {
        "estimator": {
            "name": estimator.name,
            "model": estimator.model,
            "model_sha256": estimator.model_sha256,
            "runtime": estimator.runtime,
        },
        "scale": _scale(scale) if scale else None,
        "settings": dict(provenance.settings),
    }


def _scale(scale: Scale) -> ScaleEntry:
    return {
        "source": scale.source,
        "m_per_px": significant(scale.m_per_px),
        "relative_uncertainty": significant(scale.relative_uncertainty),
    }


def _rounded(figures: Mapping[str, float | None]) -> dict[str, float | None]:
    return {
        name: None if value is None or not isfinite(value) else significant(value) for name, value in figures.items()
    }


def _seconds(value: float) -> float:
    """The instant to a tenth of a millisecond."""
    return round(float(value), 4) + 0.0


def _printable(text: str) -> str:
    """The text without the surrogates that stand for undecodable bytes of a file name."""
    return text.encode("utf-8", "replace").decode("utf-8")
