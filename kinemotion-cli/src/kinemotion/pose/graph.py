"""A network cut in two: what is needed at once, and what can be computed while the next picture is looked at.

A model file is a FlatBuffer (TensorFlow Lite's schema.fbs). Both parts keep its layers and weights as they are: the
list of layers is shortened in its place, the lists of inputs and outputs are replaced by others behind the file's end.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from struct import pack, pack_into, unpack_from

_SUBGRAPHS = 2
"""Number of the model's field that holds its graphs, of which there is one."""
_INPUTS, _OUTPUTS, _LAYERS = 1, 2, 3
"""Numbers of the graph's fields; the first two are also those of a layer."""


def cut(model: bytes, *, later: int) -> tuple[bytes, bytes]:
    """Two models: the first gives all outputs but number `later`, then what the second makes that output from."""
    graph = _Table(model, _root(model)).tables(_SUBGRAPHS)[0]
    layers = graph.tables(_LAYERS)
    outputs = graph.numbers(_OUTPUTS)
    at_once = [tensor for index, tensor in enumerate(outputs) if index != later]
    first = _needed(layers, at_once)
    second = [layer for layer in _needed(layers, [outputs[later]]) if layer not in first]
    made = {tensor for layer in first for tensor in layer.numbers(_OUTPUTS)}
    handed_on = sorted(made.intersection(tensor for layer in second for tensor in layer.numbers(_INPUTS)))
    return (
        _with(graph, layers=first, inputs=graph.numbers(_INPUTS), outputs=[*at_once, *handed_on]),
        _with(graph, layers=second, inputs=handed_on, outputs=[outputs[later]]),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A record in a FlatBuffer."""

    content: bytes
    place: int

    def field(self, number: int) -> int:
        """Place of a field, which holds the distance to its list."""
        [to_fields] = unpack_from("<i", self.content, self.place)
        [offset] = unpack_from("<H", self.content, self.place - to_fields + 4 + 2 * number)
        return self.place + offset

    def list_at(self, number: int) -> int:
        """Place of a field's list: its length, then its items."""
        return _followed(self.content, self.field(number))

    def numbers(self, number: int) -> tuple[int, ...]:
        """The integers that a field lists."""
        place = self.list_at(number)
        [length] = unpack_from("<I", self.content, place)
        return unpack_from(f"<{length}i", self.content, place + 4)

    def tables(self, number: int) -> list["_Table"]:
        """The records that a field lists."""
        begin = self.list_at(number) + 4
        places = range(begin, begin + 4 * len(self.numbers(number)), 4)
        return [_Table(self.content, _followed(self.content, place)) for place in places]


def _root(content: bytes) -> int:
    """Place of the outermost record."""
    return _followed(content, 0)


def _followed(content: bytes, place: int) -> int:
    """Where the distance that is stored at a place leads."""
    [distance] = unpack_from("<I", content, place)
    return place + distance


def _needed(layers: Sequence[_Table], outputs: Iterable[int]) -> list[_Table]:
    """The layers, in their order, that the output tensors depend on."""
    wanted = set(outputs)
    kept: list[_Table] = []
    for layer in reversed(layers):
        if wanted.intersection(layer.numbers(_OUTPUTS)):
            wanted.update(layer.numbers(_INPUTS))
            kept.append(layer)
    return kept[::-1]


def _with(graph: _Table, *, layers: Sequence[_Table], inputs: Collection[int], outputs: Collection[int]) -> bytes:
    """The graph's file with only those layers, inputs and outputs."""
    content = bytearray(graph.content)
    begin = graph.list_at(_LAYERS)
    pack_into("<I", content, begin, len(layers))
    for index, layer in enumerate(layers):
        slot = begin + 4 + 4 * index
        pack_into("<I", content, slot, layer.place - slot)
    for number, tensors in ((_INPUTS, inputs), (_OUTPUTS, outputs)):
        content += bytes(-len(content) % 4)
        pack_into("<I", content, graph.field(number), len(content) - graph.field(number))
        content += pack(f"<I{len(tensors)}i", len(tensors), *tensors)
    return bytes(content)
