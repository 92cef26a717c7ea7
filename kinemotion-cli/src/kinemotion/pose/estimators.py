"""The estimators by name."""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from typing import cast, get_args

from kinemotion.errors import UsageProblem
from kinemotion.messages import Message
from kinemotion.pose.base import Effort, PoseEstimator, Preset
from kinemotion.pose.recorded import load_poses
from kinemotion.prefetch import count_useful_threads

# Each runtime is loaded only when it is asked for, so the imports stand in the functions.


def _open_litert(effort: Effort) -> AbstractContextManager[PoseEstimator]:
    from kinemotion.pose.litert import LiteRTEstimator  # noqa: PLC0415

    return nullcontext(LiteRTEstimator(effort))


def _open_mediapipe(effort: Effort) -> AbstractContextManager[PoseEstimator]:
    from kinemotion.pose.mediapipe import open_mediapipe  # noqa: PLC0415

    return open_mediapipe(effort.preset)


_ESTIMATORS: Mapping[str, Callable[[Effort], AbstractContextManager[PoseEstimator]]] = {
    "litert": _open_litert,
    "mediapipe": _open_mediapipe,
}
_RECORDED = "recorded:"
_RUNTIMES = {"litert": "ai_edge_litert", "mediapipe": "mediapipe"}
"""Package that each estimator needs, in the order of preference."""


def choose_default_estimator() -> str:
    """Return "litert", or "mediapipe" where LiteRT has no package for the system and MediaPipe is installed."""
    return next((name for name, package in _RUNTIMES.items() if find_spec(package)), "litert")


@contextmanager
def open_estimator(
    name: str | None = None, *, preset: str = "balanced", threads: int | None = None, every_frame: bool = False
) -> Generator[PoseEstimator]:
    """Open the estimator of that name.

    Parameters
    ----------
    name
        "litert", "mediapipe", or "recorded:" and the path of a file that `save_poses` wrote;
        the default one where None.
    preset
        "fast", "balanced" or "accurate": which model is run.
    threads
        Threads that the work keeps busy; as many as help where None. MediaPipe chooses its own. Changes no number.
    every_frame
        Whether people who stand still are measured in every frame too, and not a few times a second; MediaPipe always
        measures every frame.

    Raises
    ------
    UsageProblem
        Where no estimator or no preset is called that.
    ModelProblem
        Where its model, its runtime or its record is missing or broken.
    """
    if preset not in get_args(Preset):
        raise UsageProblem(
            Message("unknown_quality", "No quality is called {name!r}.", name=preset),
            hint=_list_choices(get_args(Preset)),
        )
    name = name or choose_default_estimator()
    if name.startswith(_RECORDED):
        yield load_poses(name.removeprefix(_RECORDED))
        return
    if name not in _ESTIMATORS:
        raise UsageProblem(
            Message("unknown_estimator", "No estimator is called {name!r}.", name=name), hint=_list_choices(_ESTIMATORS)
        )
    effort = Effort(preset=cast("Preset", preset), threads=threads or count_useful_threads(), every_frame=every_frame)
    with _ESTIMATORS[name](effort) as estimator:
        yield estimator


def _list_choices(names: Iterable[str]) -> Message:
    return Message("choose_from", "Choose from: {known}.", known=", ".join(names))
