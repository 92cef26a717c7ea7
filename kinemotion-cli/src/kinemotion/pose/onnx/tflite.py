"""Read a TensorFlow Lite model: its layers in their order, and its weights as 32-bit numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kinemotion.pose.flatbuffer import Table

_Places = NDArray[np.intp]

# Numbers of the fields and of the layers' kinds are those of TensorFlow Lite's schema.fbs.
_CODES, _SUBGRAPHS, _BUFFERS = 1, 2, 4
_TENSORS, _INPUTS, _OUTPUTS, _LAYERS = 0, 1, 2, 3
_SHAPE, _TYPE, _BUFFER, _SPARSITY = 0, 1, 2, 6
_CODE, _LAYER_INPUTS, _LAYER_OUTPUTS, _OPTIONS = 0, 1, 2, 4
_OLD_CODE, _NEW_CODE = 0, 3
_ORDER, _BLOCKS, _DIMENSIONS = 0, 1, 2
_FORMAT, _SIZE, _STARTS_TYPE, _STARTS, _PLACES_TYPE, _PLACES = 0, 1, 2, 3, 4, 5
_DTYPES = {0: "<f4", 1: "<f2", 2: "<i4"}
_INDEX_KINDS = {1: "i", 2: "H", 3: "B"}
_DEQUANTIZE, _DENSIFY = 6, 124
"""Layers that only unpack weights: done while the model is read."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value of the model."""

    shape: tuple[int, ...]
    values: NDArray[Any] | None
    """The weights; None for what is computed."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One computation."""

    kind: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Table | None

    def read_option(self, field: int, kind: str = "i", *, default: int = 0) -> int:
        """Return an integer among the layer's options."""
        return default if self.options is None else self.options.read_number(field, kind, default=default)


@dataclass(frozen=True, slots=True)
class Graph:
    """A model: values by their number, and what is computed."""

    tensors: Mapping[int, Tensor]
    layers: Sequence[Layer]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def read_graph(content: bytes) -> Graph:
    """Return the graph of a model file."""
    model = Table.read(content)
    buffers, codes = model.read_tables(_BUFFERS), [_read_code(code) for code in model.read_tables(_CODES)]
    [graph] = model.read_tables(_SUBGRAPHS)
    tensors = {number: _read_tensor(table, buffers) for number, table in enumerate(graph.read_tables(_TENSORS))}
    layers: list[Layer] = []
    for table in graph.read_tables(_LAYERS):
        layer = Layer(
            codes[table.read_number(_CODE, "I")],
            table.read_numbers(_LAYER_INPUTS),
            table.read_numbers(_LAYER_OUTPUTS),
            table.read_table(_OPTIONS),
        )
        if layer.kind in {_DEQUANTIZE, _DENSIFY}:
            tensors[layer.outputs[0]] = tensors[layer.inputs[0]]
        else:
            layers.append(layer)
    return Graph(tensors, layers, graph.read_numbers(_INPUTS), graph.read_numbers(_OUTPUTS))


def _read_code(code: Table) -> int:
    """Return the kind of layer; early ones stand in a field of one byte."""
    return max(code.read_number(_OLD_CODE, "b"), code.read_number(_NEW_CODE))


def _read_tensor(table: Table, buffers: Sequence[Table]) -> Tensor:
    shape = table.read_numbers(_SHAPE)
    values = buffers[table.read_number(_BUFFER, "I")].read_array(0, _DTYPES[table.read_number(_TYPE, "b")])
    if not values.size:
        return Tensor(shape, None)
    sparsity = table.read_table(_SPARSITY)
    whole = values.reshape(shape) if sparsity is None else _fill_in_zeros(values, shape, sparsity=sparsity)
    return Tensor(shape, whole if whole.dtype.kind == "i" else whole.astype(np.float32))


def _fill_in_zeros(values: NDArray[Any], shape: Sequence[int], *, sparsity: Table) -> NDArray[Any]:
    """Return the whole array of weights of which only those that are not zero are stored.

    The dimensions are gone through in a stored order; the last of them count inside blocks of earlier ones.
    """
    order, blocks = sparsity.read_numbers(_ORDER), sparsity.read_numbers(_BLOCKS)
    sizes = [dimension.read_number(_SIZE) for dimension in sparsity.read_tables(_DIMENSIONS)]
    places = _list_places(sparsity.read_tables(_DIMENSIONS))
    index = [places[order.index(dimension)] for dimension in range(len(shape))]
    for block, dimension in enumerate(blocks):
        level = order.index(len(shape) + block)
        index[dimension] = index[dimension] * sizes[level] + places[level]
    whole = np.zeros(shape, dtype=values.dtype)
    whole[tuple(index)] = values
    return whole


def _list_places(dimensions: Iterable[Table]) -> Sequence[_Places]:
    """Return the place in each dimension of every stored number."""
    found: list[_Places] = []
    count = 1
    for dimension in dimensions:
        inner, repeats = _read_places(dimension, count=count)
        found = [*(np.repeat(outer, repeats) for outer in found), inner]
        count = len(inner)
    return found


def _read_places(dimension: Table, *, count: int) -> tuple[_Places, _Places | int]:
    """Return the places that one dimension stores, and how many belong to each of the ``count`` places around them."""
    if not dimension.read_number(_FORMAT, "b"):
        size = dimension.read_number(_SIZE)
        return np.tile(np.arange(size), count), size
    return _read_index(dimension, kind=_PLACES_TYPE, values=_PLACES), np.diff(
        _read_index(dimension, kind=_STARTS_TYPE, values=_STARTS)
    )


def _read_index(dimension: Table, *, kind: int, values: int) -> _Places:
    table = dimension.read_table(values)
    numbers = () if table is None else table.read_numbers(0, _INDEX_KINDS[dimension.read_number(kind, "B")])
    return np.array(numbers, dtype=np.intp)
