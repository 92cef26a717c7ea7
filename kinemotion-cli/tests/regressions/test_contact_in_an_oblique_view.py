"""The silhouette errs more in an oblique view: intervals are wider, and take-offs move by what it shows too early."""

import pytest
from measured_trials import measure_trial
from other_movements import turn_to_front
from synthetic_athlete import Camera, Jumper, film

from kinemotion.calibration import get_default_calibration
from kinemotion.motion.metrics import Estimate
from kinemotion.movements.dropjump import DROP_JUMP
from kinemotion.movements.dropjump.metrics import DropJumpMetrics

TWENTY_DEGREES_PX, FIVE_DEGREES_PX = 18.0, 3.0
"""Half of the width of shoulders and hips in the picture, of a camera that stands so far from the side."""


def measure_contact(half_width_px: float) -> Estimate:
    jumper = Jumper(box_m=0.3).stand(0.9).drop().bounce(0.22, 0.3).fly(lower_m=0.06).absorb(0.2).rise(0.6).stand(0.8)
    frames = turn_to_front(film(jumper, Camera(noise_px=0.5)), half_width_px=half_width_px)
    trial = measure_trial(DROP_JUMP, frames)
    assert isinstance(trial.metrics, DropJumpMetrics)
    assert trial.metrics.ground_contact_time is not None
    return trial.metrics.ground_contact_time


def test_the_interval_of_a_contact_is_wider_in_an_oblique_view():
    side, oblique = measure_contact(0.0), measure_contact(TWENTY_DEGREES_PX)
    too_early_s = -get_default_calibration().jump.oblique_takeoff_offset_s
    assert 0.25 * too_early_s < oblique.value - side.value < too_early_s
    assert oblique.error > 1.25 * side.error


def test_a_camera_that_is_nearly_at_the_side_makes_no_interval_wider():
    assert measure_contact(FIVE_DEGREES_PX).error == pytest.approx(measure_contact(0.0).error, rel=0.01)
