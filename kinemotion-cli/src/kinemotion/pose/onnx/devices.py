"""Where ONNX Runtime computes: the devices and their execution providers."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from kinemotion.installed import read_version

Device = Literal["auto", "cpu", "cuda", "coreml", "directml", "openvino"]
"""What computes the networks. "auto" is the processor: on a machine with one H100 and 16 cores it was quicker than the
card at everything that was measured."""

DISTRIBUTIONS = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnxruntime-directml",
    "onnxruntime-openvino",
)
"""Packages that provide ONNX Runtime, each with other execution providers; one of them is installed."""


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
        with suppress(ModuleNotFoundError):
            return f"{name} {read_version(name)}"
    return None
