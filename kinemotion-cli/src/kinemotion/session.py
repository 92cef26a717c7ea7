"""The flow: one stream of frames, one movement. Frames are pushed in; states and trials come out.

A recorded clip runs through the same code as a live stream.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from kinemotion.calibration import get_default_calibration
from kinemotion.errors import InternalProblem, KinemotionError, MovementNotFound, NobodyVisible
from kinemotion.filming.causes import explain_problem, explain_unclear_soles
from kinemotion.filming.doubts import find_doubts
from kinemotion.filming.frozen import FreezeWatcher
from kinemotion.filming.missing_pictures import GapWatcher
from kinemotion.filming.outside import check_feet_inside
from kinemotion.messages import Message, Names
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.calibration import Calibration
from kinemotion.motion.correction import Correction
from kinemotion.motion.live import PersonState, RoughState, SessionEvent, StateEvent, TrialEvent
from kinemotion.motion.metrics import Estimate, find_implausible, list_metrics
from kinemotion.motion.poses import FailedSegment, FramePoses, PoseSequence
from kinemotion.motion.report import FrameNumbers, Problem, Trial
from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.base import Movement, Segmenter
from kinemotion.movements.completeness import check_segmenter
from kinemotion.movements.corrections import check_corrections
from kinemotion.reconstruct import reconstruct
from kinemotion.reconstruct.quality import assess, rate_unusable
from kinemotion.reconstruct.repairs import repair, take_soles_from_landmarks
from kinemotion.reconstruct.uprightness import TurnWatcher

_logger = logging.getLogger(__name__)
_logger.addHandler(logging.NullHandler())  # the application decides where a trace is shown
_MOST_SCALES = 8
"""Engineering limit: people whose scale is remembered."""


@dataclass(frozen=True, slots=True)
class MeasurementSetup:
    """The movement, the athlete and the options with which a stream of poses is measured."""

    movement: Movement
    skeleton: Skeleton
    athlete: Athlete
    options: Any
    """An instance of the movement's options class."""
    calibration: Calibration = field(default_factory=get_default_calibration)
    """The fitted numbers of the pose model."""
    has_ground_points: bool = True
    """Whether the poses show where the silhouette ends below. If not, the landmarks of the feet are taken instead."""
    corrections: tuple[Correction, ...] = ()
    """Instants that a person gives for events."""
    picture_px: tuple[int, int] | None = None
    """Width and height of the upright picture; None where they are not known."""


@dataclass(frozen=True, slots=True)
class DueTrial:
    """A trial that may be measured now, from a copy of its frames: at once or later, here or in another thread."""

    sequence: PoseSequence | FailedSegment
    index: int
    final: bool


class Session:
    """One stream of one movement. Time advances with every frame, also with an empty one.

    Parameters
    ----------
    setup
        The movement, the athlete and the options.
    live
        Whether states and provisional trials are computed too.

    Raises
    ------
    MovementOutdated
        Where the movement's segmenter is written for another version of the engine.
    """

    def __init__(self, setup: MeasurementSetup, *, live: bool = False) -> None:
        self._setup = setup
        self._live = live
        self._segmenter = setup.movement.make_segmenter(setup.skeleton)
        check_segmenter(self._segmenter, Segmenter)
        self._scales: dict[int, float] = {}
        self._now_s = float("-inf")
        self._seen = False
        self._turn = TurnWatcher(setup.skeleton)
        self._freeze = FreezeWatcher(setup.skeleton)
        self._gap = GapWatcher()
        self._trials = 0

    def push(self, frame: FramePoses) -> tuple[SessionEvent, ...]:
        """Take in the next frame; return the trials that are over now and, live, what happens in it.

        Raises
        ------
        ValueError
            When the frame is not later than the one before.
        """
        trials = self._measure_all(self.follow(frame))
        return (*trials, self.describe_state()) if self._live else trials

    def close(self) -> tuple[SessionEvent, ...]:
        """End the stream; return the trials that were under way."""
        return self._measure_all(self.finish())

    def follow(self, frame: FramePoses) -> tuple[DueTrial, ...]:
        """Take in the next frame, as `push` does; return what may be measured now.

        Raises
        ------
        ValueError
            When the frame is not later than the one before.
        """
        if frame.time_s <= self._now_s:
            raise ValueError(f"frame {frame.index} is not later than the one before")
        self._now_s = frame.time_s
        self._seen = self._seen or bool(frame.people)
        self._turn.push(frame)
        self._freeze.push(frame)
        self._gap.push(frame)
        over = self._number(self._segmenter.push(frame))
        if not self._live:
            return over
        begun = (
            DueTrial(sequence, self._trials, final=False) for sequence in self._segmenter.list_provisional_trials()
        )
        return (*over, *begun)

    def finish(self) -> tuple[DueTrial, ...]:
        """End the stream, as `close` does; return what may be measured now."""
        return self._number(self._segmenter.close())

    def measure(self, due: DueTrial) -> TrialEvent | None:
        """Measure a trial; the states that follow know its scale. None for a provisional one without numbers."""
        trial = analyze_trial(due.sequence, self._setup, index=due.index)
        self.remember_scale(trial)
        return as_event(trial, self._setup.movement, final=due.final)

    def remember_scale(self, trial: Trial) -> None:
        """Keep the scale of a person's last measured trial, for the states that follow. `measure` does it too."""
        if trial.scale is not None and trial.scale.measured:
            self._scales.pop(trial.person, None)
            self._scales[trial.person] = trial.scale.m_per_px
            if len(self._scales) > _MOST_SCALES:
                del self._scales[next(iter(self._scales))]

    def describe_state(self) -> StateEvent:
        """Return what everybody does in the last frame.

        Call it after every frame, or not at all: a state depends on the states before.
        """
        return StateEvent(self._now_s, tuple(self._convert_state(rough) for rough in self._segmenter.list_states()))

    def explain_no_trial(self) -> KinemotionError | None:
        """Return the error that says why the stream gave no trial; None if it gave one."""
        if self._trials:
            return None
        if not self._seen:
            return NobodyVisible(Message("nobody_visible", "The video shows no person."))
        if cause := self._turn.find_turn_error() or self._gap.find_gap_error() or self._freeze.find_freeze_error():
            return cause
        movement = self._setup.movement
        return MovementNotFound(
            Message(
                "movement_not_found",
                "The video shows a person, but no {movement}.",
                movement=Names("movement", {movement.name: movement.title}),
            )
        )

    def _measure_all(self, due: Iterable[DueTrial]) -> tuple[TrialEvent, ...]:
        return tuple(event for event in map(self.measure, due) if event is not None)

    def _number(self, sequences: tuple[PoseSequence | FailedSegment, ...]) -> tuple[DueTrial, ...]:
        """Number the trials that are over."""
        first, self._trials = self._trials, self._trials + len(sequences)
        return tuple(DueTrial(sequence, index, final=True) for index, sequence in enumerate(sequences, first))

    def _convert_state(self, rough: RoughState) -> PersonState:
        """Return the state in metres, by the person's last measured trial or else by their stature."""
        m_per_px, stature_m = self._scales.get(rough.person), self._setup.athlete.height_m
        if m_per_px is None and rough.body_px and stature_m is not None:
            m_per_px = stature_m * self._setup.calibration.com.chain_share / rough.body_px

        def metres(length_px: float | None) -> float | None:
            return None if length_px is None or m_per_px is None else length_px * m_per_px

        return PersonState(
            person=rough.person,
            phase=rough.phase,
            height_m=metres(rough.rise_px),
            highest_m=metres(rough.highest_px),
            contact_time_s=rough.contact_time_s,
        )


def as_event(trial: Trial, movement: Movement, *, final: bool) -> TrialEvent | None:
    """Return the event of a trial; None for a provisional one without numbers."""
    if final:
        return TrialEvent(trial, final)
    return None if trial.problem else TrialEvent(_leave_out_unknown(trial, movement), final)


def _leave_out_unknown(trial: Trial, movement: Movement) -> Trial:
    """Remove averages over repetitions while the trial is not finished; the count and each repetition stay."""
    if movement.repetition_metrics is None or trial.metrics is None:
        return trial
    unknown = {spec.name: None for spec in list_metrics(movement.metrics) if spec.unit != "count"}
    return replace(trial, metrics=replace(cast("Any", trial.metrics), **unknown))


def analyze_trial(sequence: PoseSequence | FailedSegment, setup: MeasurementSetup, *, index: int) -> Trial:
    """Measure one trial. Whatever keeps it from being measured becomes its problem, and touches no other trial."""
    if isinstance(sequence, FailedSegment):
        message = Message("segment_failed", "This part could not be measured because of an error in the program.")
        problem = Problem(InternalProblem.code, message, InternalProblem.default_hint)
        return describe_unmeasured(sequence, problem, index=index)
    try:
        return _measure_trial(sequence, setup, index=index)
    except KinemotionError as error:
        _logger.info("Trial %d could not be measured.", index, exc_info=True)
        problem = explain_problem(Problem(error.code, error.message, error.hint), sequence)
    except Exception:
        _logger.exception("Trial %d could not be measured.", index)
        problem = Problem(
            InternalProblem.code,
            Message("trial_failed", "This trial could not be measured because of an error in the program."),
            InternalProblem.default_hint,
        )
    return describe_unmeasured(sequence, problem, index=index)


def describe_unmeasured(sequence: PoseSequence | FailedSegment, problem: Problem, *, index: int) -> Trial:
    """Return a trial without numbers, with the reason."""
    return Trial(
        index=index,
        person=sequence.person,
        start_s=float(sequence.time_s[0]),
        end_s=float(sequence.time_s[-1]),
        quality=rate_unusable(problem.message),
        problem=problem,
        frames=FrameNumbers(sequence.frame, sequence.time_s),
    )


def _measure_trial(sequence: PoseSequence, setup: MeasurementSetup, *, index: int) -> Trial:
    movement = setup.movement
    seen = sequence if setup.has_ground_points else take_soles_from_landmarks(sequence)
    check_feet_inside(seen, setup.picture_px)
    poses = repair(seen, contact_model=movement.contact_model)
    motion = reconstruct(poses, setup.athlete, contact_model=movement.contact_model, calibration=setup.calibration)
    motion = replace(motion, corrections=tuple(given for given in setup.corrections if given.trial == index))
    with explain_unclear_soles(motion):
        detection = movement.detect(motion, setup.options)
    check_corrections(detection)
    measured = movement.measure(detection, athlete=setup.athlete, options=setup.options)
    measured = replace(
        measured, doubts=(*measured.doubts, *find_doubts(seen, motion, contact_model=movement.contact_model))
    )
    problem = measured.problem or _find_zero_problem(getattr(measured.metrics, movement.headline, None))
    return Trial(
        index=index,
        person=poses.person,
        start_s=float(poses.time_s[0]),
        end_s=float(poses.time_s[-1]),
        quality=assess(poses, motion, measured=measured, implausible=find_implausible(measured.metrics)),
        metrics=measured.metrics,
        phases=detection.phases,
        events=detection.events,
        repetitions=measured.repetitions,
        problem=problem and explain_problem(problem, seen),
        frames=FrameNumbers(poses.frame, poses.time_s),
        scale=motion.scale,
        repairs=motion.repairs,
        motion=motion,
    )


def _find_zero_problem(headline: object) -> Problem | None:
    """Return the problem of a trial whose main result is not clearly above zero; None if it is."""
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
