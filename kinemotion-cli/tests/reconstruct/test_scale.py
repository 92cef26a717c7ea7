"""Metres per pixel by free fall, and by what statures are usual, on falls that follow a formula."""

import numpy as np
import pytest

from kinemotion.calibration import get_default_calibration
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import GRAVITY_M_S2, Flight, Scale
from kinemotion.motion.events import Event
from kinemotion.reconstruct.scale import BodyInPicture, find_scale, measure_fall_scale

M_PER_PX = 0.0035
ERRORS = get_default_calibration().com
FRAMES_PER_S = 60.0


def fall(stature_m: float, *, airborne_s: float, noise_px: float, seed: int) -> tuple[BodyInPicture, Flight]:
    """One flight of an athlete, seen with white noise."""
    time_s = np.arange(0.0, airborne_s, 1 / FRAMES_PER_S)
    curvature_px = GRAVITY_M_S2 * ERRORS.apparent_gravity / M_PER_PX
    noise = np.random.default_rng(seed).normal(0.0, noise_px, len(time_s))
    body = BodyInPicture(
        time_s,
        0.5 * curvature_px * (time_s - airborne_s / 2) ** 2 + noise,
        chain_px=stature_m * ERRORS.chain_share / M_PER_PX,
        errors=ERRORS,
    )
    return body, Flight(Event("takeoff", 0.0, 0.0), Event("landing", airborne_s, 0.0), arc=None)


def find_scale_of(stature_m: float, *, airborne_s: float, noise_px: float, seed: int = 0) -> Scale:
    body, flight = fall(stature_m, airborne_s=airborne_s, noise_px=noise_px, seed=seed)
    return find_scale(body, flights=[flight], athlete=Athlete())


def test_the_usual_stature_steadies_a_fall_that_shows_little():
    alone: list[float] = []
    steadied: list[float] = []
    for seed in range(40):
        body, flight = fall(1.78, airborne_s=0.3, noise_px=2.0, seed=seed)
        fallen = measure_fall_scale(body, (body.time_s > 0.02) & (body.time_s < 0.28))
        if fallen is not None:
            alone.append(fallen.value / M_PER_PX - 1)
            steadied.append(find_scale(body, flights=[flight], athlete=Athlete()).m_per_px / M_PER_PX - 1)
    assert len(alone) > 20
    assert np.sqrt(np.mean(np.square(steadied))) < 0.8 * np.sqrt(np.mean(np.square(alone)))


@pytest.mark.parametrize("stature_m", [1.2, 2.3])
def test_a_child_and_a_giant_are_as_tall_as_the_fall_says(stature_m: float):
    found = find_scale_of(stature_m, airborne_s=0.5, noise_px=0.2)
    assert found.source == "gravity"
    assert found.m_per_px == pytest.approx(M_PER_PX, rel=0.01)


def test_a_high_jump_hardly_asks_how_tall_people_are():
    found = find_scale_of(1.6, airborne_s=0.6, noise_px=0.2)
    assert found.m_per_px == pytest.approx(M_PER_PX, rel=0.01)


def test_a_body_that_never_falls_has_the_usual_stature():
    body, _ = fall(1.72, airborne_s=0.5, noise_px=0.0, seed=0)
    found = find_scale(body, flights=[], athlete=Athlete())
    assert found.source == "assumed"
    assert found.m_per_px == pytest.approx(M_PER_PX)
