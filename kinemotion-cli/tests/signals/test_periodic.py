"""The rhythm of curves whose frequency is known."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from kinemotion.motion.arrays import Floats
from kinemotion.signals.periodic import build_harmonics, find_rhythm

_BAND_HZ = (0.5, 5.0)


def _curves(frequency_hz: float, *, noise: float = 0.0, seed: int = 0) -> tuple[Floats, Floats]:
    """Two curves of one rhythm (T, 2) at uneven times (T,)."""
    random = np.random.default_rng(seed)
    time_s = np.sort(random.uniform(0.0, 6.0, 300))
    phase = 2 * np.pi * frequency_hz * time_s
    curves = np.column_stack([np.cos(phase) + 0.3 * np.sin(2 * phase), 0.5 * np.sin(phase) + 0.2 * np.cos(3 * phase)])
    return curves + random.normal(0.0, 1.0, curves.shape) * noise, time_s


@pytest.mark.parametrize("frequency_hz", [0.8, 1.37, 2.5])
def test_a_rhythm_is_found_whatever_the_times(frequency_hz: float):
    found = find_rhythm(*_curves(frequency_hz), band_hz=_BAND_HZ)
    assert found.frequency_hz.value == pytest.approx(frequency_hz, abs=1e-3)
    assert found.explained == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("frequency_hz", [0.8, 1.37, 2.5])
def test_the_frequency_is_exact_where_nothing_disturbs_the_rhythm(frequency_hz: float):
    found = find_rhythm(*_curves(frequency_hz), band_hz=_BAND_HZ)
    assert found.frequency_hz.value == pytest.approx(frequency_hz, abs=2e-6)


def test_a_drift_a_hundred_thousand_times_as_large_hides_no_rhythm():
    curves, time_s = _curves(1.37)
    found = find_rhythm(curves + 1e5 * time_s[:, None], time_s, band_hz=_BAND_HZ)
    assert found.frequency_hz.value == pytest.approx(1.37, abs=1e-3)


@pytest.mark.parametrize("frames", [10, 14], ids=["as many as unknowns", "few"])
def test_few_frames_have_some_rhythm(frames: int):
    time_s = np.arange(frames) / 30
    found = find_rhythm(np.sin(9 * time_s)[:, None], time_s, band_hz=(1.0, 5.0))
    assert np.isfinite(found.frequency_hz.value)


def test_the_rhythm_is_found_as_by_scipy():
    curves, time_s = _curves(1.4, noise=0.3)
    swing: Floats = curves - curves.mean(axis=0)

    def cost(frequency_hz: float) -> float:
        design = build_harmonics(time_s, frequency_hz, count=3)
        factors = np.linalg.lstsq(design, swing, rcond=None)[0]
        return float(np.sum((swing - design @ factors) ** 2))

    by_scipy = minimize_scalar(cost, bounds=(1.35, 1.45), method="bounded", options={"xatol": 1e-7})
    found = find_rhythm(curves, time_s, band_hz=_BAND_HZ)
    assert found.frequency_hz.value == pytest.approx(by_scipy.x, abs=2e-6)


def test_the_interval_holds_the_frequency():
    found = [find_rhythm(*_curves(1.4, noise=0.3, seed=seed), band_hz=_BAND_HZ).frequency_hz for seed in range(30)]
    assert np.mean([low <= 1.4 <= high for low, high in (frequency.interval for frequency in found)]) > 0.9


def test_what_has_no_rhythm_is_hardly_explained():
    random = np.random.default_rng(3)
    assert find_rhythm(random.normal(size=(300, 2)), np.linspace(0.0, 6.0, 300), band_hz=_BAND_HZ).explained < 0.4


@pytest.mark.parametrize(("place", "speed"), [(0.0, 0.0), (7.3, 0.0), (7.3, -2.0)])
def test_what_does_not_swing_has_no_rhythm(place: float, speed: float):
    time_s = np.arange(120) / 60
    found = find_rhythm(np.column_stack([place + speed * time_s, place - speed * time_s]), time_s, band_hz=_BAND_HZ)
    assert found.explained == 0.0
    assert found.frequency_hz.interval[0] < _BAND_HZ[0] < _BAND_HZ[1] < found.frequency_hz.interval[1]


def test_harmonics_are_a_line_and_waves():
    design = build_harmonics(np.linspace(0.0, 1.0, 5), 1.0, count=1)
    assert design[:, 0] == pytest.approx(np.ones(5))
    assert design[:, 1] == pytest.approx([-0.5, -0.25, 0.0, 0.25, 0.5])
    assert design[:, 2] == pytest.approx([-1.0, 0.0, 1.0, 0.0, -1.0], abs=1e-12)
