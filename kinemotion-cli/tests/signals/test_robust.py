from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import least_squares

from kinemotion.signals.robust import Noise, fit_linear, fit_soft_l1

_TIME_S = np.arange(40) / 60
_DESIGN = np.column_stack([np.ones(40), _TIME_S, 0.5 * _TIME_S**2])
_TRUTH = np.array([1.0, 2.5, -9.81])
_NOISE = Noise(white=0.004, slow=0.004, slow_time_s=0.1)


def _errors(seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.multivariate_normal(np.zeros(40), _NOISE.covariance(_TIME_S), method="cholesky")


def test_stated_errors_are_the_errors_made():
    fits = [fit_linear(_DESIGN, _DESIGN @ _TRUTH + _errors(seed), time_s=_TIME_S, noise=_NOISE) for seed in range(300)]
    score = np.array([(fit.coefficients - _TRUTH) / np.sqrt(np.diag(fit.covariance)) for fit in fits])
    assert np.mean(np.abs(score) < 1.96, axis=0) == pytest.approx([0.96, 0.96, 0.96], abs=0.03)


def test_single_wild_samples_hardly_matter():
    values = _DESIGN @ _TRUTH + _errors(1)
    values[[7, 23]] += 0.3
    fit = fit_linear(_DESIGN, values, time_s=_TIME_S, noise=_NOISE)
    assert np.all(np.abs(fit.coefficients - _TRUTH) < 3 * np.sqrt(np.diag(fit.covariance)))


def test_errors_beyond_expectation_widen_the_answer():
    calm = fit_linear(_DESIGN, _DESIGN @ _TRUTH + _errors(2), time_s=_TIME_S, noise=_NOISE)
    wild = fit_linear(_DESIGN, _DESIGN @ _TRUTH + 4 * _errors(2), time_s=_TIME_S, noise=_NOISE)
    assert np.all(np.diag(wild.covariance) > 3 * np.diag(calm.covariance))


def _find_fall_residuals(seed: int) -> Callable[[np.ndarray], np.ndarray]:
    """Residuals, in standard errors, of take-off, apex and landing of a fall; every second time one is mistaken."""
    random = np.random.default_rng(seed)
    errors = np.array([0.005, 0.008, 0.004, 0.02, 0.03])

    def expect(instants: np.ndarray) -> np.ndarray:
        return np.array([instants[0], instants[2], instants[1], *(4.9 * np.diff(instants) ** 2)])

    measured = expect(np.array([1.0, 1.3, 1.6])) + errors * random.normal(size=5)
    measured[seed % 5] += (seed % 2) * 15 * errors[seed % 5]
    return lambda instants: (measured - expect(instants)) / errors


@pytest.mark.parametrize("seed", range(12))
def test_a_soft_fit_is_the_one_of_scipy(seed: int):
    find_residuals, start = _find_fall_residuals(seed), np.array([1.02, 1.3, 1.58])
    fit = fit_soft_l1(find_residuals, start, x_scale=0.01)
    known = least_squares(find_residuals, x0=start, loss="soft_l1", x_scale=0.01, xtol=1e-12, ftol=1e-12, gtol=1e-12)
    assert fit.cost == pytest.approx(known.cost, rel=1e-6)
    assert fit.x == pytest.approx(known.x, abs=1e-4)
    slopes = np.asarray(known.jac)
    assert fit.jac.T @ fit.jac == pytest.approx(slopes.T @ slopes, rel=1e-2)


def test_a_soft_fit_of_what_agrees_ends_at_once():
    asked: list[np.ndarray] = []
    fit = fit_soft_l1(lambda x: (asked.append(x), (x - 2.0) / 0.1)[1], np.array([2.0, 2.0]), x_scale=0.1)
    assert fit.x == pytest.approx([2.0, 2.0])
    assert fit.cost == 0.0
    assert len(asked) == 10
