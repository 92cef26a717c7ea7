"""Least squares that doubts single samples and knows that neighbouring errors resemble each other."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kinemotion.motion.arrays import Floats

_HUBER = 1.5
"""Source: Huber 1964, 10.1214/aoms/1177703732: residuals beyond this many standard errors lose weight."""
_ROUNDS = 4
"""Engineering limit: rounds in which the weights follow the residuals and the residuals the weights."""
_MOST_STEPS = 100
"""Engineering limit: steps of Levenberg and Marquardt's method."""
_DAMPING, _STRONGER, _WEAKER = 1e-3, 10.0, 0.1
"""Engineering limit: damping of that method, and its change after a bad and after a good step."""
_SMALL = 1e-9
"""Engineering limit: a step or a gain by less than this share of its scale ends the search."""


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
        """Return the same errors in another unit of length."""
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
    """Return the best coefficients for errors of that covariance (T, T)."""
    certain = np.linalg.solve(covariance, np.column_stack([design, values])).astype(np.float64)
    spread = np.linalg.inv(design.T @ certain[:, :-1]).astype(np.float64)
    coefficients = spread @ design.T @ certain[:, -1]
    residuals: Floats = values - design @ coefficients
    freedom = max(len(values) - design.shape[1], 1)
    surprise = float(residuals @ (certain[:, -1] - certain[:, :-1] @ coefficients)) / freedom
    return LinearFit(coefficients, spread * max(surprise, 1.0), residuals)


@dataclass(frozen=True, slots=True)
class SoftFit:
    """The least sum of residuals that count by their square when small and by their size when large."""

    x: Floats
    """Parameters (P,)."""
    jac: Floats
    """Slopes of the residuals (N, P), weighted as they count: its square is the curvature of the cost."""
    cost: float
    """Half the sum of ``2 (sqrt(1 + r^2) - 1)`` over the residuals r."""


def fit_soft_l1(find_residuals: Callable[[Floats], Floats], x0: Floats, *, x_scale: float) -> SoftFit:
    """Find the parameters near ``x0`` whose residuals, in standard errors, are least under the soft l1 loss.

    As ``scipy.optimize.least_squares`` does, which takes half a second to load. ``x_scale`` is how far a parameter
    has to move for its residuals to change notably.
    """
    x, damping = x0.astype(np.float64), _DAMPING
    fit, pull = _weigh(find_residuals, x, x_scale=x_scale)
    for _ in range(_MOST_STEPS):
        curvature = fit.jac.T @ fit.jac
        step = np.linalg.solve(curvature + damping * np.diag(np.diag(curvature)), -pull).astype(np.float64)
        tried, tried_pull = _weigh(find_residuals, fit.x + step, x_scale=x_scale)
        gain = fit.cost - tried.cost
        if gain < 0:
            damping *= _STRONGER
        else:
            damping *= _WEAKER
            fit, pull = tried, tried_pull
        if np.abs(step).max() < _SMALL * x_scale or 0 <= gain < _SMALL**2 * fit.cost:
            break
    return fit


def _weigh(find_residuals: Callable[[Floats], Floats], x: Floats, *, x_scale: float) -> tuple[SoftFit, Floats]:
    """Return how parameters fit, and the slope of the cost (P,).

    Source: Triggs et al. 2000, 10.1007/3-540-44480-7_21.
    """
    residuals = find_residuals(x)
    moves = np.eye(len(x)) * (1e-3 * x_scale)
    ends = [(find_residuals(x + move), find_residuals(x - move)) for move in moves]
    slopes = np.column_stack([(after - before) / (2e-3 * x_scale) for after, before in ends])
    square = 1.0 + residuals**2
    weight = np.maximum(square**-1.5, np.finfo(np.float64).eps)
    pull = slopes.T @ (residuals / np.sqrt(square))
    return SoftFit(x, slopes * np.sqrt(weight)[:, None], float(np.sum(np.sqrt(square) - 1.0))), pull
