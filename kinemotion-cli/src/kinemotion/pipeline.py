"""Batch: the frames of a whole clip through one session."""

from collections.abc import Iterable, Iterator, Mapping

from kinemotion.motion.live import SessionEvent, TrialEvent
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.report import Confidence, Trial
from kinemotion.movements.base import Movement
from kinemotion.session import MeasurementSetup, Session

_RANK: Mapping[Confidence, int] = {"low": 0, "medium": 1, "high": 2}


def analyze(frames: Iterable[FramePoses], setup: MeasurementSetup) -> Iterator[Trial]:
    """Yield the trials of a stream in the order they end, each as soon as it is over.

    Raises
    ------
    NobodyVisible
        At the end of a stream that shows nobody.
    MovementNotFound
        At the end of a stream that shows somebody, but no trial.
    """
    session = Session(setup)
    for frame in frames:
        yield from _select_final(session.push(frame))
    yield from _select_final(session.close())
    reason = session.explain_no_trial()
    if reason is not None:
        raise reason


def find_sequences(frames: Iterable[FramePoses], setup: MeasurementSetup) -> list[PoseSequence]:
    """Return the poses of each trial of a stream, not measured."""
    session = Session(setup)
    found = [due for frame in frames for due in session.follow(frame)]
    return [due.sequence for due in (*found, *session.finish()) if isinstance(due.sequence, PoseSequence)]


def _select_final(events: Iterable[SessionEvent]) -> Iterator[Trial]:
    return (event.trial for event in events if isinstance(event, TrialEvent) and event.final)


def find_best_trial(trials: Iterable[Trial], movement: Movement) -> Trial | None:
    """Return the trial that stands for the clip; None where no trial has the movement's headline metric.

    Among the trials without a problem, higher confidence comes first, then the larger value of the headline metric.
    """

    def rank(trial: Trial) -> tuple[int, float]:
        value = getattr(trial.metrics, movement.headline)
        return _RANK[trial.quality.confidence], value.value

    measured = [
        trial
        for trial in trials
        if trial.problem is None and isinstance(getattr(trial.metrics, movement.headline, None), Estimate)
    ]
    return max(measured, key=rank, default=None)
