"""Write an ONNX model: a few messages of its onnx.proto, encoded as protocol buffers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from struct import pack
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Numbers of the messages' fields are those of onnx.proto.
_IR_VERSION, _OPSET = 8, 17
_FLOAT, _INT64 = 1, 7
_TYPES = {np.dtype(np.float32): _FLOAT, np.dtype(np.int64): _INT64}
_IS_FLOAT, _IS_INT, _IS_TEXT, _ARE_INTS = 1, 2, 3, 7
_VARINT, _BYTES, _FIXED_32 = 0, 2, 5
BATCH = "batch"
"""Name of the dimension that counts pictures."""


@dataclass(slots=True)
class ModelWriter:
    """Collects the nodes and weights of a graph."""

    _nodes: list[bytes] = field(default_factory=list[bytes])
    _weights: list[bytes] = field(default_factory=list[bytes])
    _inputs: list[bytes] = field(default_factory=list[bytes])
    _outputs: list[bytes] = field(default_factory=list[bytes])

    def add_node(self, kind: str, inputs: Iterable[str], **attributes: Any) -> str:  # noqa: ANN401  (of any type)
        """Add an operator with one output; return the name of that."""
        name = f"{kind}_{len(self._nodes)}"
        self._nodes.append(
            b"".join(_write(1, item.encode()) for item in inputs)
            + _write(2, name.encode())
            + _write(4, kind.encode())
            + b"".join(_write(5, _encode_attribute(key, value)) for key, value in attributes.items())
        )
        return name

    def add_weights(self, values: NDArray[Any]) -> str:
        """Add an array of numbers; return its name."""
        name = f"weights_{len(self._weights)}"
        self._weights.append(
            b"".join(_write(1, size) for size in values.shape)
            + _write(2, _TYPES[values.dtype])
            + _write(8, name.encode())
            + _write(9, np.ascontiguousarray(values).tobytes())
        )
        return name

    def add_input(self, name: str, shape: Sequence[int]) -> None:
        """Name an input of the model; ``shape`` is that of one picture."""
        sizes = _write(1, _write(2, BATCH.encode())) + b"".join(_write(1, _write(1, size)) for size in shape)
        self._inputs.append(_encode_value(name, _write(2, sizes)))

    def add_output(self, source: str, name: str) -> None:
        """Name an output of the model."""
        self._nodes.append(_write(1, source.encode()) + _write(2, name.encode()) + _write(4, b"Identity"))
        self._outputs.append(_encode_value(name, b""))

    def encode(self) -> bytes:
        """Return the content of the model's file."""
        graph = b"".join(
            _write(number, message)
            for number, messages in ((1, self._nodes), (5, self._weights), (11, self._inputs), (12, self._outputs))
            for message in messages
        )
        graph += _write(2, b"pose")
        return _write(1, _IR_VERSION) + _write(7, graph) + _write(8, _write(2, _OPSET))


def _encode_attribute(name: str, value: Any) -> bytes:  # noqa: ANN401  (of any type)
    head = _write(1, name.encode())
    if isinstance(value, str):
        return head + _write(4, value.encode()) + _write(20, _IS_TEXT)
    if isinstance(value, float):
        return head + _write(2, value) + _write(20, _IS_FLOAT)
    if isinstance(value, int):
        return head + _write(3, value) + _write(20, _IS_INT)
    return head + b"".join(_write(8, item) for item in value) + _write(20, _ARE_INTS)


def _encode_value(name: str, shape: bytes) -> bytes:
    """Encode a name of numbers, with their encoded shape or nothing."""
    return _write(1, name.encode()) + _write(2, _write(1, _write(1, _FLOAT) + shape))


def _write(number: int, value: float | bytes) -> bytes:
    """Encode one field of a message."""
    if isinstance(value, bytes):
        return _encode_number(number << 3 | _BYTES) + _encode_number(len(value)) + value
    if isinstance(value, float):
        return _encode_number(number << 3 | _FIXED_32) + pack("<f", value)
    return _encode_number(number << 3 | _VARINT) + _encode_number(value)


def _encode_number(value: int) -> bytes:
    """Encode an integer in groups of seven bits, the lowest first."""
    value &= (1 << 64) - 1
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)
