"""A network on ONNX Runtime: the one file that touches it."""

import sys
from functools import partial
from importlib import import_module
from typing import Any

from kinemotion.errors import ModelProblem
from kinemotion.messages import Message
from kinemotion.pose.model_files import ModelFile
from kinemotion.pose.onnx.convert import convert
from kinemotion.pose.onnx.devices import PROVIDERS, Device, find_distribution
from kinemotion.pose.runtime import Runtime, Tensor, make_load_error

_ERRORS_ONLY = 3
"""Level of the runtime's own messages."""


def find_onnx(device: Device) -> Runtime:
    """Return ONNX Runtime as it is installed, to compute on a device.

    Raises
    ------
    ModelProblem
        If it is not installed.
    """
    found = find_distribution()
    if found is None:
        raise _report_missing()
    chosen = "cpu" if device == "auto" else device
    return Runtime("onnx", f"{found} {chosen}", partial(OnnxNetwork, device=chosen))


class OnnxNetwork:
    """A model that ONNX Runtime has loaded; it takes any number of pictures at once."""

    def __init__(self, model: ModelFile, *, threads: int, device: Device) -> None:
        try:
            onnxruntime: Any = import_module("onnxruntime")  # here, as loading it takes a moment
        except (ImportError, OSError) as error:
            raise _report_missing() from error
        provider = PROVIDERS[device]
        if provider.name not in onnxruntime.get_available_providers():
            raise _report_unusable(device)
        if device == "cuda" and sys.platform != "darwin":
            onnxruntime.preload_dlls()  # the libraries that the extra installs
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = _ERRORS_ONLY
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads take no core
        try:
            self._session = onnxruntime.InferenceSession(
                convert(model.content),
                options,
                providers=[(provider.name, dict(provider.options))],
                enable_fallback=0,  # to the CPU, which it would say on standard output, among the results
            )
        except (RuntimeError, ValueError, onnxruntime.capi.onnxruntime_pybind11_state.Fail) as error:
            raise (make_load_error(model, error) if device == "cpu" else _report_unusable(device)) from error
        if self._session.get_providers()[0] != provider.name:  # it goes on with the CPU in silence
            raise _report_unusable(device)
        self._inputs = [described.name for described in self._session.get_inputs()]

    def __call__(self, *tensors: Tensor) -> list[Tensor]:
        """Return the output tensors for the input tensors."""
        return self._session.run(None, dict(zip(self._inputs, tensors, strict=True)))


def _report_missing() -> ModelProblem:
    return ModelProblem(
        Message("onnx_missing", "ONNX Runtime is not installed, or its libraries are missing."),
        hint=Message(
            "install_onnx",
            "Install the extra 'onnx' of kinemotion, or 'gpu' for an NVIDIA card. `kinemotion doctor` prints the "
            "commands.",
        ),
    )


def _report_unusable(device: Device) -> ModelProblem:
    return ModelProblem(
        Message("device_not_usable", "ONNX Runtime cannot use the device {device} here.", device=device),
        hint=Message(
            "install_device",
            "Install the driver of the device and the package {package}, and let the program use enough memory; "
            "or use --device cpu.",
            package=PROVIDERS[device].package,
        ),
    )
