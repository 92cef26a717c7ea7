"""The trials of a stream of poses, measured as the pipeline would, with the options that nobody set."""

from collections.abc import Iterable

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.base import Movement
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup

NOBODY_IN_PARTICULAR = Athlete()


def measure_trials(
    movement: Movement, frames: Iterable[FramePoses], athlete: Athlete = NOBODY_IN_PARTICULAR
) -> list[Trial]:
    """Every trial of the stream."""
    return list(analyze(frames, MeasurementSetup(movement, BLAZEPOSE, athlete, movement.options())))


def measure_trial(movement: Movement, frames: Iterable[FramePoses], athlete: Athlete = NOBODY_IN_PARTICULAR) -> Trial:
    """The only trial of the stream."""
    [trial] = measure_trials(movement, frames, athlete)
    return trial
