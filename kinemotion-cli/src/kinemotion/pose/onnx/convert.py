"""Convert a TensorFlow Lite model to ONNX: the same layers and weights, for any number of pictures at once.

Pictures lie as (N, C, H, W) within the ONNX graph and as (N, H, W, C) at its ends, as in the original.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kinemotion.pose.onnx.model_file import ModelWriter
from kinemotion.pose.onnx.tflite import Graph, Layer, read_graph

_Weights = NDArray[Any]
_PICTURE = 4
"""Dimensions of what is laid out anew: pictures and maps of features."""
_TO_INNER, _TO_OUTER = (0, 3, 1, 2), (0, 2, 3, 1)
_SAME = 0
_RELU, _RELU_6 = 1, 3
"""Functions that a layer applies to its result."""


def convert(model: bytes) -> bytes:
    """Return the ONNX file of a TensorFlow Lite file.

    Raises
    ------
    ValueError
        If the model has a layer that is not known here.
    """
    return _Converter(read_graph(model)).convert()


@dataclass(slots=True)
class _Converter:
    graph: Graph
    writer: ModelWriter = field(default_factory=ModelWriter)
    names: dict[int, str] = field(default_factory=dict[int, str])
    """Name in the ONNX graph of each value that has been computed."""

    def convert(self) -> bytes:
        for place, number in enumerate(self.graph.inputs):
            name, shape = f"input_{place}", self.graph.tensors[number].shape
            self.writer.add_input(name, shape[1:])
            self.names[number] = self.to_inner(name, shape)
        for layer in self.graph.layers:
            if layer.kind not in _LAYERS:
                raise ValueError(f"layer {layer.kind} is not known")
            self.names[layer.outputs[0]] = _LAYERS[layer.kind](self, layer)
        for place, number in enumerate(self.graph.outputs):
            self.writer.add_output(self.to_outer(number), f"output_{place}")
        return self.writer.encode()

    def shape(self, number: int) -> tuple[int, ...]:
        return self.graph.tensors[number].shape

    def to_inner(self, name: str, shape: Sequence[int]) -> str:
        if len(shape) != _PICTURE:
            return name
        return self.writer.add_node("Transpose", [name], perm=_TO_INNER)

    def to_outer(self, number: int) -> str:
        name = self.names[number]
        if len(self.shape(number)) != _PICTURE:
            return name
        return self.writer.add_node("Transpose", [name], perm=_TO_OUTER)

    def read_weights(self, number: int) -> _Weights:
        values = self.graph.tensors[number].values
        if values is None:
            raise ValueError(f"value {number} has no weights")
        return values

    def activate(self, name: str, function: int) -> str:
        if function == _RELU:
            return self.writer.add_node("Relu", [name])
        if function == _RELU_6:
            limits = [self.writer.add_weights(np.array(limit, dtype=np.float32)) for limit in (0, 6)]
            return self.writer.add_node("Clip", [name, *limits])
        if function:
            raise ValueError(f"function {function} is not known")
        return name


def _convert_convolution(converter: _Converter, layer: Layer) -> str:
    """Add a convolution: its weights (O, H, W, I) become (O, I, H, W)."""
    weights = converter.read_weights(layer.inputs[1]).transpose(0, 3, 1, 2)
    name = _add_convolution(converter, layer, weights=weights)
    return converter.activate(name, layer.read_option(3, "b"))


def _convert_depthwise(converter: _Converter, layer: Layer) -> str:
    """Add a convolution of each channel by itself: its weights (1, H, W, O) become (O, 1, H, W)."""
    weights = converter.read_weights(layer.inputs[1]).transpose(3, 0, 1, 2)
    name = _add_convolution(converter, layer, weights=weights, groups=converter.shape(layer.inputs[0])[-1])
    return converter.activate(name, layer.read_option(4, "b"))


def _add_convolution(converter: _Converter, layer: Layer, *, weights: _Weights, groups: int = 1) -> str:
    kernel = weights.shape[2:]
    strides = layer.read_option(2), layer.read_option(1)
    bias = converter.read_weights(layer.inputs[2])
    return converter.writer.add_node(
        "Conv",
        [converter.names[layer.inputs[0]], converter.writer.add_weights(weights), converter.writer.add_weights(bias)],
        group=groups,
        kernel_shape=kernel,
        strides=strides,
        pads=_find_pads(converter, layer, kernel=kernel, strides=strides),
    )


def _convert_pooling(converter: _Converter, layer: Layer) -> str:
    kernel = layer.read_option(4), layer.read_option(3)
    strides = layer.read_option(2), layer.read_option(1)
    name = converter.writer.add_node(
        "MaxPool",
        [converter.names[layer.inputs[0]]],
        kernel_shape=kernel,
        strides=strides,
        pads=_find_pads(converter, layer, kernel=kernel, strides=strides),
    )
    return converter.activate(name, layer.read_option(5, "b"))


def _find_pads(
    converter: _Converter, layer: Layer, *, kernel: Sequence[int], strides: Sequence[int]
) -> tuple[int, ...]:
    """Return the rows and columns added before and after the picture: an odd one comes after."""
    if layer.read_option(0, "b") != _SAME:
        return 0, 0, 0, 0
    sizes = converter.shape(layer.inputs[0])[1:3]
    total = [
        max(0, (-(-size // stride) - 1) * stride + width - size)
        for size, width, stride in zip(sizes, kernel, strides, strict=True)
    ]
    return (*(missing // 2 for missing in total), *(missing - missing // 2 for missing in total))


def _convert_sum(converter: _Converter, layer: Layer) -> str:
    name = converter.writer.add_node("Add", [converter.names[number] for number in layer.inputs])
    return converter.activate(name, layer.read_option(0, "b"))


def _convert_padding(converter: _Converter, layer: Layer) -> str:
    values, amounts = layer.inputs
    begin, end = converter.read_weights(amounts)[list(_TO_INNER)].T.astype(np.int64)
    pads = converter.writer.add_weights(np.concatenate([begin, end]))
    return converter.writer.add_node("Pad", [converter.names[values], pads])


def _convert_resizing(converter: _Converter, layer: Layer) -> str:
    [before, after] = (np.array(converter.shape(number)[1:3]) for number in (layer.inputs[0], layer.outputs[0]))
    scales = converter.writer.add_weights(np.array([1, 1, *(after / before)], dtype=np.float32))
    corners, centers = layer.read_option(2, "b"), layer.read_option(3, "b")
    mode = "align_corners" if corners else "half_pixel" if centers else "asymmetric"
    return converter.writer.add_node(
        "Resize",
        [converter.names[layer.inputs[0]], "", scales],
        mode="linear",
        coordinate_transformation_mode=mode,
    )


def _convert_reshaping(converter: _Converter, layer: Layer) -> str:
    shape = converter.shape(layer.outputs[0])
    sizes = converter.writer.add_weights(np.array([0, *shape[1:]], dtype=np.int64))  # 0: as many pictures as come
    name = converter.writer.add_node("Reshape", [converter.to_outer(layer.inputs[0]), sizes])
    return converter.to_inner(name, shape)


def _convert_joining(converter: _Converter, layer: Layer) -> str:
    shape, axis = converter.shape(layer.outputs[0]), layer.read_option(0)
    inner = _TO_INNER.index(axis % len(shape)) if len(shape) == _PICTURE else axis
    name = converter.writer.add_node("Concat", [converter.names[number] for number in layer.inputs], axis=inner)
    return converter.activate(name, layer.read_option(1, "b"))


def _convert_unfolding(converter: _Converter, layer: Layer) -> str:
    names = [converter.names[layer.inputs[0]]]
    return converter.writer.add_node("DepthToSpace", names, blocksize=layer.read_option(0), mode="DCR")


def _convert_logistic(converter: _Converter, layer: Layer) -> str:
    return converter.writer.add_node("Sigmoid", [converter.names[layer.inputs[0]]])


_LAYERS: Mapping[int, Callable[[_Converter, Layer], str]] = {
    0: _convert_sum,
    2: _convert_joining,
    3: _convert_convolution,
    4: _convert_depthwise,
    5: _convert_unfolding,
    14: _convert_logistic,
    17: _convert_pooling,
    22: _convert_reshaping,
    23: _convert_resizing,
    34: _convert_padding,
}
"""By the kind of the original layer."""
