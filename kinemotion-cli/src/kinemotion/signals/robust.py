"""Least squares that doubts single samples and knows that neighbouring errors resemble each other."""

from dataclasses import dataclass

import numpy as np

from kinemotion.motion.arrays import Floats

_HUBER = 1.5
"""Source: Huber 1964, 10.1214/aoms/1177703732: residuals beyond this many standard errors lose weight."""
_ROUNDS = 4
"""Engineering limit: rounds in which the weights follow the residuals and the residuals the weights."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Errors of a sampled path: a part new in every sample, and a part that drifts with the posture."""

    white: float
    """Standard error new in every sample, in the path's unit."""
    slow: float
    """Standard error of the part that drifts, in the path's unit."""
    slow_time_s: float
    """Time over which it drifts (squared-exponential correlation)."""

    def covariance(self, time_s: Floats, *, weight: Floats | None = None) -> Floats:
        """Covariance (T, T) of the errors; ``weight`` (T,) below 1 makes single samples less certain."""
        lag = time_s[:, None] - time_s[None, :]
        matrix = self.slow**2 * np.exp(-0.5 * (lag / self.slow_time_s) ** 2)
        matrix[np.diag_indices_from(matrix)] += self.white**2 / (1.0 if weight is None else weight)
        return matrix

    def scaled(self, factor: float) -> "Noise":
        """The same errors in another unit of length."""
        return Noise(self.white * factor, self.slow * factor, self.slow_time_s)


@dataclass(frozen=True, slots=True)
class LinearFit:
    """Coefficients (P,), their covariance (P, P), and the residuals (T,) of a linear model."""

    coefficients: Floats
    covariance: Floats
    residuals: Floats

    @property
    def rms(self) -> float:
        """Root mean square residual."""
        return float(np.sqrt(np.mean(self.residuals**2)))


def fit_linear(design: Floats, values: Floats, *, time_s: Floats, noise: Noise) -> LinearFit:
    """Fit generalised least squares with Huber weights on single samples.

    Parameters
    ----------
    design
        (T, P), one column a coefficient.
    values
        (T,).
    time_s
        (T,), s.
    noise
        Expected errors; where the residuals are larger than expected the covariance grows with them.
    """
    limit = _HUBER * np.hypot(noise.white, noise.slow)
    fit = _solve_weighted(design, values, covariance=noise.covariance(time_s))
    for _ in range(_ROUNDS):
        weight = 1.0 / np.maximum(np.abs(fit.residuals) / limit, 1.0)
        fit = _solve_weighted(design, values, covariance=noise.covariance(time_s, weight=weight))
    return fit


def _solve_weighted(design: Floats, values: Floats, *, covariance: Floats) -> LinearFit:
    """The best coefficients for errors of that covariance (T, T)."""
    from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415  (slow to load: it can wait for the first trial)

    factor = cho_factor(covariance)
    precision = design.T @ cho_solve(factor, design)
    spread = np.linalg.inv(precision).astype(np.float64)
    coefficients = spread @ design.T @ cho_solve(factor, values).astype(np.float64)
    residuals: Floats = values - design @ coefficients
    freedom = max(len(values) - design.shape[1], 1)
    surprise = float(residuals @ cho_solve(factor, residuals)) / freedom
    return LinearFit(coefficients, spread * max(surprise, 1.0), residuals)
