"""What runs a network, and LiteRT, which is the default: the one file that touches it."""

import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kinemotion.errors import ModelProblem
from kinemotion.installed import read_version
from kinemotion.messages import Message
from kinemotion.pose.model_files import ModelFile

Tensor = NDArray[np.float32]

_NO_RUNTIME = Message(
    "install_litert",
    "Install the package again. LiteRT exists for Linux with glibc, macOS on Apple silicon and Windows on x64; "
    "on other systems install the extra 'onnx' of kinemotion, or use the container image.",
)
_STDERR, _STDERR_DESCRIPTOR = Lock(), 2


class LoadedNetwork(Protocol):
    """A network that is ready: input tensors in, output tensors out."""

    def __call__(self, *tensors: Tensor) -> list[Tensor]:
        """Return the output tensors for the input tensors. They are valid until the next call: keep none of them."""
        ...


class LoadNetwork(Protocol):
    """What makes a network ready."""

    def __call__(self, model: ModelFile, *, threads: int) -> LoadedNetwork:
        """Load the network of a model file.

        Raises
        ------
        ModelProblem
            If the runtime or its libraries are missing, or if it cannot load the model.
        """
        ...


@dataclass(frozen=True, slots=True)
class Runtime:
    """A program that runs networks."""

    name: str
    """Name of the estimator."""
    version: str
    """Name and version of the program, for the record."""
    load: LoadNetwork


class Network:
    """A model that LiteRT has loaded."""

    def __init__(self, model: ModelFile, *, threads: int) -> None:
        try:
            litert: Any = import_module("ai_edge_litert.interpreter")  # here, as loading it takes a quarter second
            with _silence_stderr():
                self._interpreter = litert.Interpreter(model_content=model.content, num_threads=threads)
                self._interpreter.allocate_tensors()
        except ImportError as error:
            raise _report_missing() from error
        except (OSError, RuntimeError, ValueError) as error:
            raise make_load_error(model, error) from error
        self._inputs: Sequence[int] = [details["index"] for details in self._interpreter.get_input_details()]
        self._outputs: Sequence[int] = [details["index"] for details in self._interpreter.get_output_details()]

    def __call__(self, *tensors: Tensor) -> list[Tensor]:
        """Return the output tensors for the input tensors; a call while one of them is still kept is refused."""
        for index, tensor in zip(self._inputs, tensors, strict=True):
            self._interpreter.set_tensor(index, tensor)
        self._interpreter.invoke()
        return [self._interpreter.tensor(index)() for index in self._outputs]


@contextmanager
def _silence_stderr() -> Generator[None]:
    """Keep the runtime's native messages off standard error: they cannot be switched off.

    The descriptor belongs to the whole process, so one thread at a time turns it away and gives it back.
    """
    with _STDERR:
        try:
            kept = os.dup(_STDERR_DESCRIPTOR)
        except OSError:  # a program without a console has none
            yield
            return
        try:
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), _STDERR_DESCRIPTOR)
            yield
        finally:
            os.dup2(kept, _STDERR_DESCRIPTOR)
            os.close(kept)


def make_load_error(model: ModelFile, error: Exception) -> ModelProblem:
    """Return the error of a model that a runtime cannot load, with the reason that it gives."""
    return ModelProblem(
        Message(
            "model_not_loaded",
            'The pose model {name} cannot be loaded: "{reason}".',
            name=model.name,
            reason=str(error),
        )
    )


def find_litert() -> Runtime:
    """Return LiteRT as it is installed.

    Raises
    ------
    ModelProblem
        If it is not installed.
    """
    try:
        return Runtime("litert", f"ai-edge-litert {read_version('ai-edge-litert')}", Network)
    except ModuleNotFoundError as error:
        raise _report_missing() from error


def _report_missing() -> ModelProblem:
    return ModelProblem(
        Message("litert_missing", "LiteRT is not installed, or its libraries are missing."), hint=_NO_RUNTIME
    )
