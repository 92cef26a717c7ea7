"""The estimators by name."""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from typing import cast, get_args

from kinemotion.errors import UsageProblem
from kinemotion.messages import Message
from kinemotion.pose.base import Effort, PoseEstimator, Preset, StillRate
from kinemotion.pose.onnx.devices import Device
from kinemotion.pose.recorded import load_poses
from kinemotion.prefetch import count_useful_threads

# Each runtime is loaded only when it is asked for, so the imports stand in the functions.


def _open_litert(effort: Effort, device: Device) -> AbstractContextManager[PoseEstimator]:
    from kinemotion.pose.blazepose import BlazePoseEstimator  # noqa: PLC0415
    from kinemotion.pose.runtime import find_litert  # noqa: PLC0415

    _check_cpu("litert", device)
    return nullcontext(BlazePoseEstimator(effort, find_litert()))


def _open_onnx(effort: Effort, device: Device) -> AbstractContextManager[PoseEstimator]:
    from kinemotion.pose.blazepose import BlazePoseEstimator  # noqa: PLC0415
    from kinemotion.pose.onnx.network import find_onnx  # noqa: PLC0415

    return nullcontext(BlazePoseEstimator(effort, find_onnx(device)))


def _open_mediapipe(effort: Effort, device: Device) -> AbstractContextManager[PoseEstimator]:
    from kinemotion.pose.mediapipe import open_mediapipe  # noqa: PLC0415

    _check_cpu("mediapipe", device)
    return open_mediapipe(effort.preset)


_ESTIMATORS: Mapping[str, Callable[[Effort, Device], AbstractContextManager[PoseEstimator]]] = {
    "litert": _open_litert,
    "onnx": _open_onnx,
    "mediapipe": _open_mediapipe,
}
_RECORDED = "recorded:"
_RUNTIMES = {"litert": "ai_edge_litert", "onnx": "onnxruntime", "mediapipe": "mediapipe"}
"""Package that each estimator needs, in the order of preference on a CPU."""
_ANY_ESTIMATOR = {"auto", "cpu"}
"""Devices that do not say which estimator is run."""


def choose_default_estimator(device: str = "auto") -> str:
    """Return the name of the estimator for a device.

    It is "onnx" for a graphics card. On a CPU it is "litert", or "onnx" or "mediapipe" where only these are installed.
    """
    if device not in _ANY_ESTIMATOR:
        return "onnx"
    return next((name for name, package in _RUNTIMES.items() if find_spec(package)), "litert")


@contextmanager
def open_estimator(
    name: str | None = None,
    *,
    preset: str = "balanced",
    threads: int | None = None,
    still_rate: StillRate = "rarely",
    device: str = "auto",
) -> Generator[PoseEstimator]:
    """Open the estimator of that name.

    Parameters
    ----------
    name
        "litert", "onnx", "mediapipe", or "recorded:" and the path of a file that `save_poses` wrote;
        the default one where None.
    preset
        "fast", "balanced" or "accurate": which model is run.
    threads
        Threads that the work keeps busy; as many as help where None. MediaPipe chooses its own. Changes no number.
    still_rate
        How often people who stand still are measured, and with "rarely" an athlete who stands up after a landing too;
        MediaPipe always measures every frame.
    device
        What computes the networks: "auto" or "cpu", or for ONNX Runtime "cuda", "coreml", "directml" or "openvino".

    Raises
    ------
    UsageProblem
        Where no estimator, preset or device is called that, or the estimator cannot use the device.
    ModelProblem
        Where its model, its runtime or its record is missing or broken.
    """
    if preset not in get_args(Preset):
        raise UsageProblem(
            Message("unknown_quality", "No quality is called {name!r}.", name=preset),
            hint=_list_choices(get_args(Preset)),
        )
    if device not in get_args(Device):
        raise UsageProblem(
            Message("unknown_device", "No device is called {name!r}.", name=device),
            hint=_list_choices(get_args(Device)),
        )
    name = name or choose_default_estimator(device)
    if name.startswith(_RECORDED):
        yield load_poses(name.removeprefix(_RECORDED))
        return
    if name not in _ESTIMATORS:
        raise UsageProblem(
            Message("unknown_estimator", "No estimator is called {name!r}.", name=name), hint=_list_choices(_ESTIMATORS)
        )
    effort = Effort(preset=cast("Preset", preset), threads=threads or count_useful_threads(), still_rate=still_rate)
    with _ESTIMATORS[name](effort, cast("Device", device)) as estimator:
        yield estimator


def _check_cpu(name: str, device: Device) -> None:
    if device not in _ANY_ESTIMATOR:
        raise UsageProblem(
            Message("estimator_without_device", "The estimator {name} runs on the CPU only.", name=name),
            hint=Message("choose_onnx", "Choose the estimator onnx for the device {device}.", device=device),
        )


def _list_choices(names: Iterable[str]) -> Message:
    return Message("choose_from", "Choose from: {known}.", known=", ".join(names))
