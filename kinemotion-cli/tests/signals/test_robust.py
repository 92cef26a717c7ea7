import numpy as np
import pytest

from kinemotion.signals.robust import Noise, fit_linear

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
