"""Peaks of curves: those that SciPy finds."""

import numpy as np
import pytest
from scipy.signal import find_peaks

from kinemotion.signals.peaks import find_peak_middles


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("distance", [1, 4, 15])
def test_they_are_those_of_scipy(seed: int, distance: int):
    rng = np.random.default_rng(seed)
    values = np.sin(np.linspace(0, rng.uniform(5, 40), 200)) + rng.normal(0, 0.2, 200)
    values = np.round(values, rng.integers(1, 4))  # the coarse ones have flat tops
    [_, found] = find_peaks(values, distance=distance, prominence=0.4, width=0)
    expected = 0.5 * (found["left_ips"] + found["right_ips"])
    assert find_peak_middles(values, distance=distance, prominence=0.4) == pytest.approx(expected, abs=1e-9)


def test_a_flat_curve_has_none():
    assert find_peak_middles(np.zeros(20), distance=3, prominence=0.1).size == 0
