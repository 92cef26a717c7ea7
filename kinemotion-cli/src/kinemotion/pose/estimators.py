"""The estimators by name."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import cast, get_args

from kinemotion.errors import UsageProblem
from kinemotion.pose.base import PoseEstimator, Preset


def _litert(preset: Preset, threads: int) -> PoseEstimator:
    from kinemotion.pose.litert import LiteRTEstimator  # noqa: PLC0415  (each runtime is loaded only when asked for)

    return LiteRTEstimator(preset, threads=threads)


_ESTIMATORS: Mapping[str, Callable[[Preset, int], PoseEstimator]] = {"litert": _litert}


@contextmanager
def open_estimator(
    name: str = "litert", *, preset: str = "balanced", threads: int | None = None
) -> Generator[PoseEstimator]:
    """The estimator of that name, ready to run.

    Raises
    ------
    UsageProblem
        Where no estimator or no preset is called that.
    ModelProblem
        Where its model or its runtime is missing or broken.
    """
    if name not in _ESTIMATORS:
        raise UsageProblem(f"No estimator is called {name!r}.", hint=f"Choose from: {', '.join(_ESTIMATORS)}.")
    if preset not in get_args(Preset):
        raise UsageProblem(f"No quality is called {preset!r}.", hint=f"Choose from: {', '.join(get_args(Preset))}.")
    yield _ESTIMATORS[name](cast("Preset", preset), threads or 1)
