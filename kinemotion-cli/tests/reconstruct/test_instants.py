import numpy as np
import pytest
from numpy.typing import NDArray

from kinemotion.calibration import get_default_calibration
from kinemotion.motion.contact_model import ContactModel
from kinemotion.reconstruct.event_timing import Instant, build_contact_priors, fit_toeoff, fit_touchdown, fuse_instants

JUMPING, RUNNING = (
    build_contact_priors(model, get_default_calibration().contact_errors(model)) for model in ContactModel
)

Floats = NDArray[np.float64]

_FPS = [30.0, 60.0, 120.0, 240.0]
_SEEN_HIGHER_M = 0.002
"""How much higher the silhouette shows a sole in the air."""


def _sole(since_s: Floats, *, speed: float, softness_s: float = 0.006, gravity: float = 9.81) -> Floats:
    """Height of a sole that leaves at 0 and reaches a speed, m."""
    tau = np.maximum(since_s, 0.0)
    return speed * (tau - softness_s * -np.expm1(-tau / softness_s)) - 0.5 * gravity * tau**2


def _frames(fps: float, *, phase: float, jitter_s: float = 0.0, seed: int = 0) -> Floats:
    random = np.random.default_rng(seed)
    count = int(0.16 * fps) + 3
    time_s = (np.arange(-count, count) + phase) / fps
    return time_s + random.uniform(-jitter_s, jitter_s, len(time_s))


def _near(time_s: Floats, before_s: float, after_s: float) -> Floats:
    """At least three frames on either side."""
    frame_s = float(np.median(np.diff(time_s)))
    return time_s[(time_s > -max(before_s, 3 * frame_s)) & (time_s < max(after_s, 3 * frame_s))]


def _errors(fps: float, *, noise_m: float, landing: bool, count: int = 60, jitter_s: float = 0.0) -> Floats:
    """Errors and standard errors (N, 2), s, over noise, phases of sampling, speeds and softness."""
    rows: list[tuple[float, float]] = []
    for seed in range(count):
        random = np.random.default_rng(seed)
        time_s = _near(_frames(fps, phase=random.uniform(), jitter_s=jitter_s, seed=seed), 0.08, 0.07)
        speed = random.uniform(1.2, 3.0)
        height = _sole(time_s, speed=speed, softness_s=0.0005 if landing else random.choice([0.004, 0.008, 0.015]))
        height = height + _SEEN_HIGHER_M * (time_s > 0) + random.normal(0.0, noise_m, len(time_s)) + 5.0
        if landing:
            found = fit_touchdown(-time_s[::-1], height[::-1], near_s=0.01, prior=JUMPING.touchdown)
        else:
            found = fit_toeoff(time_s, height, near_s=-0.01, prior=JUMPING.toeoff)
        rows.append((found.time_s, found.uncertainty_s))
    return np.array(rows)


@pytest.mark.parametrize(("fps", "worst_ms"), [(30.0, 5.5), (60.0, 4.0), (120.0, 3.0), (240.0, 3.0)])
@pytest.mark.parametrize("jitter_s", [0.0, 0.003])
def test_takeoff_lies_between_frames(fps: float, worst_ms: float, jitter_s: float) -> None:
    errors = _errors(fps, noise_m=0.002, landing=False, jitter_s=jitter_s)[:, 0]
    assert np.sqrt(np.mean(errors**2)) < worst_ms / 1000
    assert abs(errors.mean()) < 0.002


@pytest.mark.parametrize(("fps", "worst_ms"), [(30.0, 4.0), (60.0, 2.5), (120.0, 2.0), (240.0, 1.6)])
def test_landing_lies_between_frames(fps: float, worst_ms: float) -> None:
    errors = _errors(fps, noise_m=0.002, landing=True)[:, 0]
    assert np.sqrt(np.mean(errors**2)) < worst_ms / 1000
    assert abs(errors.mean()) < 0.0015


@pytest.mark.parametrize("landing", [False, True])
@pytest.mark.parametrize("noise_m", [0.001, 0.003])
def test_intervals_hold_the_truth(landing: bool, noise_m: float) -> None:
    rows = np.concatenate([_errors(fps, noise_m=noise_m, landing=landing) for fps in _FPS])
    inside = np.abs(rows[:, 0]) < 1.96 * rows[:, 1]
    assert inside.mean() > 0.93


def test_a_sole_that_rests_quietly_is_not_trusted_more_in_the_air() -> None:
    """A standing foot looks the same in every picture, a moving one does not: rest says little of the scatter."""
    rows: list[tuple[float, float]] = []
    for seed in range(120):
        random = np.random.default_rng(seed)
        time_s = _near(_frames(50.0, phase=random.uniform(), seed=seed), 0.08, 0.07)
        scatter_m = 0.001 + 0.011 * (time_s > 0).astype(float)
        height = _sole(time_s, speed=random.uniform(1.2, 3.0)) + random.normal(0.0, scatter_m)
        found = fit_toeoff(time_s, height, near_s=0.0, prior=JUMPING.toeoff)
        rows.append((found.time_s, found.uncertainty_s))
    scores: Floats = np.array(rows)
    errors, stated = scores[:, 0], scores[:, 1]
    assert np.mean(np.abs(errors) < 1.96 * stated) > 0.9
    assert np.sqrt(np.mean(errors**2)) < 0.0075


def test_more_noise_is_more_doubt() -> None:
    calm = _errors(60.0, noise_m=0.001, landing=True)[:, 1].mean()
    rough = _errors(60.0, noise_m=0.010, landing=True)[:, 1].mean()
    assert rough > 1.5 * calm


def test_one_wild_frame_costs_little() -> None:
    time_s = _near(_frames(60.0, phase=0.3), 0.08, 0.07)
    height = _sole(time_s, speed=2.2)
    wild = height.copy()
    wild[1] -= 0.05
    calm = fit_toeoff(time_s, height, near_s=0.0, prior=JUMPING.toeoff)
    assert fit_toeoff(time_s, wild, near_s=0.0, prior=JUMPING.toeoff).time_s == pytest.approx(calm.time_s, abs=0.004)


def test_landing_is_a_takeoff_backwards() -> None:
    time_s = _near(_frames(60.0, phase=0.3), 0.08, 0.07)
    height = _sole(time_s, speed=2.0)
    forwards = fit_toeoff(time_s, height, near_s=0.0, prior=JUMPING.touchdown)
    backwards = fit_touchdown(-time_s[::-1], height[::-1], near_s=0.0, prior=JUMPING.touchdown)
    assert backwards.time_s == pytest.approx(-forwards.time_s)
    assert backwards.uncertainty_s == pytest.approx(forwards.uncertainty_s)


@pytest.mark.parametrize("shift_s", [-3.21, 12.5])
def test_clock_and_origin_do_not_matter(shift_s: float) -> None:
    time_s = _near(_frames(60.0, phase=0.6), 0.08, 0.07)
    height = _sole(time_s, speed=2.0)
    here = fit_toeoff(time_s, height, near_s=0.0, prior=JUMPING.toeoff)
    there = fit_toeoff(time_s + shift_s, height - 2.0, near_s=shift_s, prior=JUMPING.toeoff)
    assert there.time_s - shift_s == pytest.approx(here.time_s, abs=1e-6)


@pytest.mark.parametrize("fps", _FPS)
def test_toe_rolls_off_softly(fps: float) -> None:
    time_s = _near(_frames(fps, phase=0.4), 0.08, 0.07)
    height = _sole(time_s, speed=2.5, softness_s=0.018)
    found = fit_toeoff(time_s, height, near_s=0.01, prior=RUNNING.toeoff)
    assert abs(found.time_s) < 2 * found.uncertainty_s
    assert found.uncertainty_s < 0.012


def test_witnesses_that_agree_are_surer_together() -> None:
    both = fuse_instants(Instant(1.000, 0.003), Instant(1.004, 0.004))
    assert both.time_s == pytest.approx(1.00144)
    assert both.uncertainty_s == pytest.approx(0.0024)


def test_witnesses_that_contradict_each_other_are_both_doubted() -> None:
    both = fuse_instants(Instant(1.000, 0.002), Instant(1.030, 0.008))
    assert 1.010 < both.time_s < 1.016
    assert both.uncertainty_s > 0.012
