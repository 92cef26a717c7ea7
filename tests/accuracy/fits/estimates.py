"""Numbers that describe errors, each with a standard error that knows that errors of one clip resemble each other."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kinemotion.motion.arrays import Bools, Floats

_RESAMPLES = 400
"""Bootstrap samples of clips."""
_MAD_TO_SD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""
_OUTLIER = 6.0
"""Robust standard deviations beyond which a single error is a mistake, not noise: it is the quality check's task."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted number with its standard error and the number of clips behind it."""

    value: float
    standard_error: float
    n: int


def fit_by_clip(errors: Sequence[Floats], statistic: Callable[[Floats], float]) -> Fitted:
    """Return a statistic of all errors, given clip by clip, with its standard error from resampled clips.

    Where no clip shows it, both are NaN.
    """
    clips = [clip for clip in errors if len(clip)]
    if not clips:
        return Fitted(np.nan, np.nan, n=0)
    resampled = [statistic(_join([clips[k] for k in chosen])) for chosen in resample(len(clips), times=_RESAMPLES)]
    return Fitted(statistic(_join(clips)), float(np.std(resampled)), len(clips))


def resample(count: int, *, times: int) -> Iterator[list[int]]:
    """Yield, so many times, as many clips as there are, drawn with replacement."""
    random = np.random.default_rng(0)
    for _ in range(times):
        yield random.integers(0, count, count).tolist()


def _join(clips: Sequence[Floats]) -> Floats:
    return np.concatenate(list(clips))


def without_outliers(errors: Floats) -> Floats:
    """Return the errors (N,) that are noise, without mistakes."""
    return errors[_is_noise(errors)]


def _is_noise(errors: Floats) -> Bools:
    middle = np.median(errors)
    spread = _MAD_TO_SD * float(np.median(np.abs(errors - middle)))
    return np.abs(errors - middle) <= _OUTLIER * max(spread, 1e-9)


def mean(errors: Floats) -> float:
    """Return the mean of the errors that are noise."""
    return float(np.mean(without_outliers(errors)))


def deviation(errors: Floats) -> float:
    """Return the standard deviation of the errors that are noise."""
    kept = without_outliers(errors)
    return float(np.std(kept, ddof=1)) if len(kept) > 1 else 0.0


def excess(scores: Floats) -> float:
    """Return the standard deviation that is missing in stated errors.

    ``scores`` (N, 2): errors, and their stated standard errors. The missing part has the greatest likelihood.
    """
    errors, stated = scores.T
    kept = _is_noise(errors)
    errors, stated = errors[kept] - errors[kept].mean(), stated[kept]
    grid = np.concatenate([[0.0], np.geomspace(1e-2, 3.0, 120)]) * max(float(np.std(errors)), 1e-9)
    variance = stated[None, :] ** 2 + grid[:, None] ** 2
    cost = (errors**2 / variance + np.log(variance + 1e-300)).sum(axis=1)
    return float(grid[int(np.argmin(cost))])


def spread_between(measured: Sequence[tuple[float, float]]) -> Fitted:
    """Return the standard deviation between clips of a quantity that each clip measures with a known error."""
    clips = [np.array([pair]) for pair in measured]
    return fit_by_clip(clips, excess)


def missing_error(scores: Floats) -> float:
    """Return the standard error that is missing in stated ones, a common offset counted as error.

    ``scores`` (N, 2): errors, and their stated standard errors.
    """
    kept: Floats = scores[_is_noise(scores[:, 0])]
    made, stated = np.mean(np.square(kept), axis=0).tolist()
    return max(made - stated, 0.0) ** 0.5
