"""The analysis as the contract's document: units in the keys, missing is null, numbers rounded once and only here."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING

from kinemotion.errors import FeetOutside, MovementNotFound, NobodyVisible, PicturesRepeated, PictureTurned, TooDark
from kinemotion.messages import Message, Names
from kinemotion.motion.body import Scale
from kinemotion.motion.events import Event
from kinemotion.motion.frames import VideoInfo
from kinemotion.motion.metrics import Estimate, MetricSpec, list_metrics
from kinemotion.motion.report import Problem, Provenance, Quality, Repetition, Report, Trial
from kinemotion.movements import registry
from kinemotion.movements.base import Movement
from kinemotion.report.contract.encode import SCHEMA_VERSION, describe_message, describe_problem, round_significant

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

_OF_THE_PICTURES = frozenset(
    {FeetOutside.code, NobodyVisible.code, TooDark.code, PictureTurned.code, PicturesRepeated.code}
)
"""Problems that explain why something else was not found."""


def make_document(report: Report) -> AnalysisDocument:
    """Return the whole analysis as JSON values."""
    movement = registry.get(report.movement)
    best = report.headline
    found: AnalysisDocument = {
        "schema_version": SCHEMA_VERSION,
        "movement": report.movement,
        "data": list_values(best.metrics if best else None, movement.metrics),
        "intervals": list_intervals(best.metrics if best else None, movement.metrics),
        "trials": [make_trial_document(trial, movement) for trial in report.trials],
        "metadata": {
            "headline_trial": best.index if best else None,
            "quality": {**_describe_quality(report.quality), "indicators": _round_optional(report.quality.indicators)},
            "video": make_video_document(report.video),
            "processing": _describe_processing(report.provenance),
            "algorithm": _describe_algorithm(report.provenance, report.scale),
        },
    }
    if refused := find_refusal(report):
        found["error"] = {**_describe_problem(refused), "retryable": False}
    return found


def find_refusal(report: Report) -> Problem | None:
    """Why the report carries no numbers; None where it does.

    What is wrong with the pictures explains what was not found in other trials; else the first trial says it.
    """
    if report.headline:
        return None
    if report.problem:
        return report.problem
    named = [trial.problem for trial in report.trials if trial.problem]
    named.sort(key=lambda problem: problem.code not in _OF_THE_PICTURES)
    movement = Names("movement", {report.movement: registry.get(report.movement).title})
    unnamed = Message("no_trial_measured", "No {movement} in this video could be measured.", movement=movement)
    return next(iter(named), Problem(MovementNotFound.code, unnamed))


def make_trial_document(trial: Trial, movement: Movement) -> TrialEntry:
    """One trial as JSON values; without numbers where a problem stands."""
    found: TrialEntry = {
        "index": trial.index,
        "person": trial.person,
        "start_s": _round_seconds(trial.start_s),
        "end_s": _round_seconds(trial.end_s),
        "data": list_values(trial.believed, movement.metrics),
        "intervals": list_intervals(trial.believed, movement.metrics),
        "events": [_describe_event(event, trial) for event in trial.events],
        "phases": [
            {"name": phase.name, "start_s": _round_seconds(phase.start_s), "end_s": _round_seconds(phase.end_s)}
            for phase in trial.phases
        ],
        "quality": _describe_quality(trial.quality),
        "problem": _describe_problem(trial.problem) if trial.problem else None,
        "repairs": list(trial.repairs),
    }
    if movement.repetition_metrics:
        found["repetitions"] = [_describe_repetition(part, movement.repetition_metrics) for part in trial.repetitions]
    return found


def make_trial_event(trial: Trial, movement: Movement) -> TrialEvent:
    """Return the line of a stream for a finished trial."""
    return {
        "schema_version": SCHEMA_VERSION,
        "event": "trial",
        "movement": movement.name,
        "trial": make_trial_document(trial, movement),
    }


def report_event(report: Report) -> ReportEvent:
    """Return the line that closes a stream: the whole document."""
    return {**make_document(report), "event": "report"}


def make_video_document(info: VideoInfo) -> VideoEntry:
    """What is known of the file."""
    return {
        "source_path": _make_printable(info.source),
        "sha256": info.sha256,
        "fps": round(info.fps, 3),
        "variable_frame_rate": info.variable_frame_rate,
        "capture_fps": info.capture_fps,
        "capture_fps_source": info.capture_fps_source,
        "recorded_at": info.recorded_at,
        "frame_count": info.frame_count,
        "promised_frames": info.promised_frames,
        "duration_s": _round_seconds(info.duration_s),
        "resolution": {"width": info.width, "height": info.height},
        "rotation_deg": info.rotation_deg,
        "codec": info.codec,
        "warnings": list(info.warnings),
        "messages": [describe_message(warning) for warning in info.warnings],
    }


def list_values(metrics: object | None, declared: type) -> Data:
    """Every declared metric by contract key; null where it was not measured."""
    return {spec.key: _convert_value(getattr(metrics, spec.name, None), spec) for spec in list_metrics(declared)}


def list_intervals(metrics: object | None, declared: type) -> dict[str, list[float]]:
    """95 % interval of every measured metric by contract key."""
    found: dict[str, list[float]] = {}
    for spec in list_metrics(declared):
        value = getattr(metrics, spec.name, None)
        if isinstance(value, Estimate) and spec.unit != "count":
            found[spec.key] = [round_significant(bound * spec.factor) for bound in value.interval]
    return found


def _convert_value(value: object, spec: MetricSpec) -> float | int | str | None:
    if isinstance(value, Estimate):
        return round(value.value) if spec.unit == "count" else round_significant(value.value * spec.factor)
    return None if value is None else str(value)


def _describe_repetition(part: Repetition, declared: type) -> RepetitionEntry:
    return {
        "index": part.index,
        "side": part.side,
        "start_s": _round_seconds(part.start_s),
        "end_s": _round_seconds(part.end_s),
        "data": list_values(part.metrics, declared),
        "intervals": list_intervals(part.metrics, declared),
    }


def _describe_event(event: Event, trial: Trial) -> EventEntry:
    found: EventEntry = {
        "name": event.name,
        "time_s": _round_seconds(event.time_s),
        "frame": _find_frame_number(event.time_s, trial),
        "uncertainty_s": _round_seconds(event.uncertainty_s),
        "side": event.side,
    }
    if event.automatic_s is not None:
        found["automatic_s"] = _round_seconds(event.automatic_s)
    return found


def _find_frame_number(time_s: float, trial: Trial) -> float | None:
    """Position between the numbered frames of the file, by interpolation of their time stamps."""
    if trial.frames is None:
        return None
    return round(trial.frames.at(time_s), 2)


def _describe_quality(quality: Quality) -> QualityEntry:
    return {
        "score": quality.score,
        "confidence": quality.confidence,
        "warnings": list(quality.warnings),
        "messages": [describe_message(warning) for warning in quality.warnings],
    }


def _describe_problem(problem: Problem) -> ProblemEntry:
    return describe_problem(problem.code, message=problem.message, hint=problem.hint)


def _describe_processing(provenance: Provenance) -> Processing:
    return {
        "version": provenance.version,
        "timestamp": provenance.timestamp,
        "quality_preset": provenance.quality_preset,
        "processing_time_s": round(provenance.processing_time_s, 3),
        "stages_s": {name: round(seconds, 3) for name, seconds in provenance.stages_s.items()},
    }


def _describe_algorithm(provenance: Provenance, scale: Scale | None) -> Algorithm:
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
        "m_per_px": round_significant(scale.m_per_px),
        "relative_uncertainty": round_significant(scale.relative_uncertainty),
    }


def _round_optional(figures: Mapping[str, float | None]) -> dict[str, float | None]:
    return {
        name: None if value is None or not isfinite(value) else round_significant(value)
        for name, value in figures.items()
    }


def _round_seconds(value: float) -> float:
    """Return the instant to a tenth of a millisecond."""
    return round(float(value), 4) + 0.0


def _make_printable(text: str) -> str:
    """Return the text without the surrogates that stand for undecodable bytes of a file name."""
    return text.encode("utf-8", "replace").decode("utf-8")
