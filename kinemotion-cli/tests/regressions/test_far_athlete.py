"""The jump of an athlete of 200 pixels was told at +-2.7 cm and high confidence, and was 2.5 cm off as a rule.

A silhouette of so few pixels hangs on to the shadow of a foot that leaves, or ends above its toes, for several frames.
It moves the take-off and the posture at it alike, so that neither shows the error of the other.
"""

from typing import Any

import pytest
from measured_trials import measure_trial
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.report import Trial
from kinemotion.movements import registry

FINE, COARSE = 0.005, 0.0095
"""Metres per pixel: athletes of 350 and 185 pixels."""
JUMPS = {
    "cmj": Jumper().stand(0.6).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6),
    "dropjump": Jumper(box_m=0.4).stand(0.8).drop().bounce(0.25, 0.35).fly().absorb(0.2).rise(0.8),
}


def measure(movement: str, m_per_px: float) -> tuple[Trial, Any]:
    trial = measure_trial(registry.get(movement), film(JUMPS[movement], Camera(m_per_px=m_per_px)))
    return trial, trial.metrics


@pytest.mark.parametrize("movement", JUMPS)
def test_the_intervals_of_a_far_athlete_hold_what_coarse_pictures_hide(movement: str):
    (_, near), (_, far) = measure(movement, FINE), measure(movement, COARSE)
    assert far.jump_height.value == pytest.approx(near.jump_height.value, abs=0.005)
    assert near.jump_height.error < 0.014
    assert 0.02 < far.jump_height.error < 0.035
    assert far.flight_time.error > 1.3 * near.flight_time.error


@pytest.mark.parametrize("movement", JUMPS)
def test_a_far_athlete_is_measured_at_medium_confidence(movement: str):
    (near, _), (far, _) = measure(movement, FINE), measure(movement, COARSE)
    assert near.quality.confidence == "high"
    assert far.quality.confidence == "medium"
    assert "athlete_small" in [warning.code for warning in far.quality.warnings]


def test_the_contact_of_a_drop_jump_is_as_unsure_as_its_end():
    (_, near), (_, far) = measure("dropjump", FINE), measure("dropjump", COARSE)
    assert far.ground_contact_time.error > 1.3 * near.ground_contact_time.error
