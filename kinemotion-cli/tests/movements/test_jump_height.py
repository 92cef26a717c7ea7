"""A flight is fused from everything that measured it, and from nothing that cannot have."""

from dataclasses import replace

import numpy as np
import pytest
from measured_jump import countermovement
from synthetic_athlete import Camera, film, sequence

from kinemotion.calibration import get_default_calibration
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.contact_model import ContactModel
from kinemotion.movements.jumps.flights import find_ballistic_flights, find_jump
from kinemotion.movements.jumps.jump_height import fuse_flight
from kinemotion.reconstruct import reconstruct


@pytest.fixture(scope="module")
def motion() -> Motion:
    return reconstruct(
        sequence(film(countermovement(0.35), Camera(noise_px=0.5))),
        Athlete(),
        contact_model=ContactModel.JUMPING,
        calibration=get_default_calibration(),
    )


def test_events_arc_and_its_ends_agree_on_a_clean_jump(motion: Motion):
    fused = fuse_flight(motion, find_jump(motion, find_ballistic_flights(motion)))
    assert fused.height.value == pytest.approx(0.35, abs=0.015)
    assert fused.velocity.value == pytest.approx(np.sqrt(2 * 9.81 * 0.35), abs=0.05)
    assert fused.flight_time.value == pytest.approx(fused.landing.time_s - fused.takeoff.time_s)


def test_a_body_off_its_arc_in_mid_air_has_not_left_the_ground_there(motion: Motion):
    jump = find_jump(motion, find_ballistic_flights(motion))
    assert jump.arc is not None
    apex_s = jump.arc.reference_s + jump.arc.velocity_m_s.value / 9.81
    com = motion.com.copy()
    com[(motion.time_s > jump.takeoff.time_s) & (motion.time_s < apex_s), 1] += 0.06
    fused = fuse_flight(replace(motion, com=com), jump)
    assert fused.takeoff.time_s == pytest.approx(jump.takeoff.time_s, abs=0.05)
    assert fused.takeoff.time_s < apex_s < fused.landing.time_s
