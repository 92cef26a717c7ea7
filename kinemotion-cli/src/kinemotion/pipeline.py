"""The flow: a stream of poses becomes a stream of measured trials. Batch and live are this one path."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kinemotion.calibration import default_calibration
from kinemotion.errors import KinemotionError, MovementNotFound, NobodyVisible
from kinemotion.messages import Message, Names
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.calibration import Calibration
from kinemotion.motion.events import events_of
from kinemotion.motion.metrics import Estimate, implausible
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.report import Confidence, Problem, Trial
from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.base import Movement
from kinemotion.reconstruct import reconstruct
from kinemotion.reconstruct.quality import assess, unusable

_RANK: Mapping[Confidence, int] = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is asked of a stream of poses."""

    movement: Movement
    skeleton: Skeleton
    athlete: Athlete
    options: Any
    """An instance of the movement's options class."""
    calibration: Calibration = field(default_factory=default_calibration)
    """The fitted numbers of the pose model."""


def analyze(frames: Iterable[FramePoses], analysis: Analysis) -> Iterator[Trial]:
    """Trials in the order they end, each as soon as it is complete.

    Raises
    ------
    NobodyVisible
        At the end of a stream that shows nobody.
    MovementNotFound
        At the end of a stream that shows somebody, but no trial.
    """
    stream = _Watched(frames)
    index = -1
    for index, sequence in enumerate(analysis.movement.trials(stream, analysis.skeleton)):
        yield analyze_trial(sequence, analysis, index=index)
    if index < 0:
        raise stream.nothing_found(analysis.movement)


def analyze_trial(sequence: PoseSequence, analysis: Analysis, *, index: int) -> Trial:
    """One trial measured, or the problem that keeps it from being measured."""
    start_s, end_s = float(sequence.time_s[0]), float(sequence.time_s[-1])
    try:
        motion = reconstruct(
            sequence, analysis.athlete, contacts=analysis.movement.contacts, calibration=analysis.calibration
        )
        phases = analysis.movement.phases(motion, analysis.options)
        measured = analysis.movement.measure(motion, phases, athlete=analysis.athlete, options=analysis.options)
    except KinemotionError as error:
        problem = Problem(error.code, error.message, error.hint)
        quality = unusable(problem.message)
        return Trial(index, sequence.person, start_s, end_s, quality=quality, problem=problem, poses=sequence)
    quality = assess(sequence, motion, warnings=measured.warnings, implausible=implausible(measured.metrics))
    return Trial(
        index=index,
        person=sequence.person,
        start_s=start_s,
        end_s=end_s,
        quality=quality,
        metrics=measured.metrics,
        phases=phases,
        events=events_of(phases),
        repetitions=measured.repetitions,
        problem=measured.problem or _unmeasured(getattr(measured.metrics, analysis.movement.headline, None)),
        poses=sequence,
        motion=motion,
    )


def _unmeasured(headline: object) -> Problem | None:
    """The problem of a trial whose first result may as well be zero."""
    if not isinstance(headline, Estimate) or headline.interval[0] > 0:
        return None
    return Problem(
        "not_measured",
        Message("not_measured", "The error of the result is larger than the result."),
        Message(
            "film_from_side",
            "Film one athlete from the side at 60 frames per second. Keep the whole body and the floor in view.",
        ),
    )


def best_trial(trials: Iterable[Trial], movement: Movement) -> Trial | None:
    """The trial that speaks for the clip.

    Among the trials without a problem, those of higher confidence first; among equals the largest value of the
    movement's headline metric. None where no trial carries it.
    """

    def merit(trial: Trial) -> tuple[int, float]:
        value = getattr(trial.metrics, movement.headline)
        return _RANK[trial.quality.confidence], value.value

    believed = [
        trial
        for trial in trials
        if trial.problem is None and isinstance(getattr(trial.metrics, movement.headline, None), Estimate)
    ]
    return max(believed, key=merit, default=None)


class _Watched:
    """A stream of frames that remembers whether anybody was in it."""

    def __init__(self, frames: Iterable[FramePoses]) -> None:
        self._frames = frames
        self._seen = False

    def __iter__(self) -> Iterator[FramePoses]:
        for frame in self._frames:
            self._seen = self._seen or bool(frame.people)
            yield frame

    def nothing_found(self, movement: Movement) -> KinemotionError:
        if not self._seen:
            return NobodyVisible(Message("nobody_visible", "The video shows no person."))
        return MovementNotFound(
            Message(
                "movement_not_found",
                "The video shows a person, but no {movement}.",
                movement=Names("movement", {movement.name: movement.title}),
            )
        )
