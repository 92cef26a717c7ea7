"""A synthetic countermovement jump, measured as the pipeline would."""

from dataclasses import dataclass

from cut_stream import trials_in
from synthetic_athlete import Camera, Jumper, film

from kinemotion.calibration import get_default_calibration
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase
from kinemotion.motion.poses import PoseSequence
from kinemotion.movements.cmj import CMJ, CmjOptions
from kinemotion.movements.cmj.metrics import CmjMetrics
from kinemotion.reconstruct import reconstruct
from kinemotion.reconstruct.repairs import repair

NOBODY_IN_PARTICULAR = Athlete()


@dataclass(frozen=True)
class Measured:
    motion: Motion
    phases: tuple[Phase, ...]
    metrics: CmjMetrics


def countermovement(
    height_m: float = 0.35, *, depth_m: float = 0.3, lower_m: float = 0.06, stature_m: float = 1.75
) -> Jumper:
    """A countermovement jump with a stand before and after it."""
    moving = Jumper(stature_m).stand(0.8).sink(depth_m, 0.5 * (depth_m / 0.3) ** 0.5).push(height_m)
    return moving.fly(lower_m=lower_m).absorb(0.2).rise(0.6).stand(0.4)


def measure_cmj(jumper: Jumper, camera: Camera, athlete: Athlete = NOBODY_IN_PARTICULAR) -> Measured:
    """The one countermovement jump of a film."""
    [sequence] = trials_in(CMJ, film(jumper, camera))
    return measure_sequence(sequence, athlete)


def measure_sequence(sequence: PoseSequence, athlete: Athlete = NOBODY_IN_PARTICULAR) -> Measured:
    """A countermovement jump that was cut out already."""
    repaired = repair(sequence, contact_model=CMJ.contact_model)
    motion = reconstruct(repaired, athlete, contact_model=CMJ.contact_model, calibration=get_default_calibration())
    detection = CMJ.detect(motion, CmjOptions())
    measured = CMJ.measure(detection, athlete=athlete, options=CmjOptions())
    assert isinstance(measured.metrics, CmjMetrics)
    return Measured(motion, detection.phases, measured.metrics)


def value(metrics: CmjMetrics, name: str) -> float:
    """The value of a metric that must have been measured."""
    estimate = getattr(metrics, name)
    assert estimate is not None, name
    return float(estimate.value)
