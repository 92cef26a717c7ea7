"""Where ONNX Runtime computes: the devices, their execution providers, and whether a graphics card is there."""

import ctypes
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

Device = Literal["auto", "cpu", "cuda", "coreml", "directml", "openvino"]
"""What computes the networks."""

DISTRIBUTIONS = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnxruntime-directml",
    "onnxruntime-openvino",
)
"""Packages that provide ONNX Runtime, each with other execution providers; one of them is installed."""
_WITH_CUDA = "onnxruntime-gpu"


@dataclass(frozen=True, slots=True)
class Provider:
    """A part of ONNX Runtime that computes on one kind of device."""

    name: str
    package: str
    """The package that has it."""
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])


PROVIDERS: Mapping[Device, Provider] = {
    "cpu": Provider("CPUExecutionProvider", "kinemotion[onnx]"),
    # Without TF32, which rounds to 10 bits; without a search for the fastest algorithm at every new size of a batch.
    "cuda": Provider(
        "CUDAExecutionProvider", "kinemotion[gpu]", {"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"}
    ),
    "coreml": Provider("CoreMLExecutionProvider", "kinemotion[onnx]", {"ModelFormat": "MLProgram"}),
    "directml": Provider("DmlExecutionProvider", "onnxruntime-directml"),
    "openvino": Provider("OpenVINOExecutionProvider", "onnxruntime-openvino", {"device_type": "CPU"}),
}
"""By device."""


def find_distribution() -> str | None:
    """Return the name and version of the package that provides ONNX Runtime; None where there is none."""
    for name in DISTRIBUTIONS:
        with suppress(PackageNotFoundError):
            return f"{name} {version(name)}"
    return None


def choose_device() -> Device:
    """Return "cuda" where ONNX Runtime for it and an NVIDIA card are there, else "cpu"."""
    try:
        version(_WITH_CUDA)
    except PackageNotFoundError:
        return "cpu"
    return "cuda" if count_cuda_devices() else "cpu"


def count_cuda_devices() -> int:
    """Return the number of NVIDIA cards that the driver lets this process use; 0 without a driver."""
    count = ctypes.c_int(0)
    with suppress(OSError, AttributeError):
        driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
            return 0
    return count.value
