import numpy as np
import pytest

from kinemotion.motion.arrays import Floats
from kinemotion.signals.smooth import fit_local


@pytest.fixture
def uneven_s():
    return np.sort(np.random.default_rng(1).uniform(0.0, 2.0, 120))


def test_a_polynomial_is_reproduced_between_uneven_samples(uneven_s: Floats):
    at_s = np.linspace(0.2, 1.8, 17)
    fit = fit_local(1 + 2 * uneven_s - 3 * uneven_s**2, uneven_s, at_s=at_s, window_s=0.3, degree=2)
    assert fit.value == pytest.approx(1 + 2 * at_s - 3 * at_s**2)
    assert fit.slope == pytest.approx(2 - 6 * at_s)


def test_columns_are_fitted_each_for_itself(uneven_s: Floats):
    path = np.column_stack([uneven_s, -uneven_s])
    fit = fit_local(path, uneven_s, at_s=uneven_s, window_s=0.3)
    assert fit.value == pytest.approx(path)
    assert fit.slope == pytest.approx(np.tile([1.0, -1.0], (120, 1)))


def test_noise_shrinks():
    time_s = np.arange(200) / 100
    noise = np.random.default_rng(2).normal(size=200)
    assert fit_local(noise, time_s, at_s=time_s, window_s=0.3).value.std() < 0.5 * noise.std()


def test_a_window_without_samples_widens():
    time_s = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    assert fit_local(time_s**2, time_s, at_s=np.array([2.0]), window_s=0.01).slope == pytest.approx([4.0])


@pytest.mark.parametrize(("count", "value", "slope"), [(1, 3.0, 0.0), (2, 2.0, -1.0), (3, 2.0, -2.0)])
def test_few_samples_make_a_simpler_curve(count: int, value: float, slope: float):
    """Through one sample a level, through two a line, through three a parabola."""
    time_s = np.arange(count, dtype=float)
    path = {1: [3.0], 2: [3.0, 2.0], 3: [5.0, 2.0, 1.0]}[count]
    fit = fit_local(np.array(path), time_s, at_s=np.array([min(1.0, count - 1.0)]), window_s=0.1)
    assert (fit.value[0], fit.slope[0]) == pytest.approx((value, slope))
