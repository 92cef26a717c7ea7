"""Cut a network in two: one part for every frame, and one that is run only where its output is needed.

A model file is a FlatBuffer (TensorFlow Lite's schema.fbs). Both parts keep its layers and weights as they are: the
list of layers is shortened in its place, the lists of inputs and outputs are replaced by others behind the file's end.
A part that only filters its inputs can be made for smaller ones.

The cut is made when a model is loaded, in 10 ms: parts in the package would double its size, because MediaPipe needs
the whole files. A test holds the parts to recorded hashes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from struct import pack, pack_into, unpack_from

_SUBGRAPHS, _BUFFERS = 2, 4
"""Numbers of the model's fields that hold its graphs, of which there is one, and its constants."""
_TENSORS, _INPUTS, _OUTPUTS, _LAYERS = 0, 1, 2, 3
"""Numbers of the graph's fields; those of inputs and outputs are also those of a layer."""
_SHAPE, _BUFFER = 0, 2
"""Numbers of a tensor's fields."""
_DATA = 0
"""Number of a constant's field that holds its bytes."""
_SIZE_BYTES = 8
"""Length of a constant that says to how many rows and columns a layer enlarges."""


def cut(model: bytes, *, later: int) -> tuple[bytes, bytes]:
    """Return two models: one gives all outputs but number `later` and what the other makes that output from."""
    graph = _Table(model, _find_root(model)).tables(_SUBGRAPHS)[0]
    layers = graph.tables(_LAYERS)
    outputs = graph.numbers(_OUTPUTS)
    at_once = [tensor for index, tensor in enumerate(outputs) if index != later]
    first = _find_needed(layers, at_once)
    places = {layer.place for layer in first}
    second = [layer for layer in _find_needed(layers, [outputs[later]]) if layer.place not in places]
    made = {tensor for layer in first for tensor in layer.numbers(_OUTPUTS)}
    handed_on = sorted(made.intersection(tensor for layer in second for tensor in layer.numbers(_INPUTS)))
    return (
        _keep_layers(graph, layers=first, inputs=graph.numbers(_INPUTS), outputs=[*at_once, *handed_on]),
        _keep_layers(graph, layers=second, inputs=handed_on, outputs=[outputs[later]]),
    )


def scale(part: bytes, *, numerator: int, denominator: int) -> bytes:
    """Return the part for inputs with a share of the rows and columns; its layers must only filter and enlarge."""
    content = bytearray(part)
    model = _Table(part, _find_root(part))
    graph, constants = model.tables(_SUBGRAPHS)[0], model.tables(_BUFFERS)
    tensors, inputs = graph.tables(_TENSORS), graph.numbers(_INPUTS)
    used = {tensor for layer in graph.tables(_LAYERS) for tensor in layer.numbers(_INPUTS)} - set(inputs)
    sizes = {constants[tensors[tensor].number(_BUFFER)] for tensor in used}
    places = [tensors[tensor].list_at(_SHAPE) + 8 for tensor in inputs]  # behind the length and the number of pictures
    places += [one.list_at(_DATA) + 4 for one in sizes if one.has(_DATA) and one.length(_DATA) == _SIZE_BYTES]
    for place in places:
        lengths = unpack_from("<2i", part, place)
        pack_into("<2i", content, place, *(length * numerator // denominator for length in lengths))
    return bytes(content)


@dataclass(frozen=True, slots=True)
class _Table:
    """A record in a FlatBuffer."""

    content: bytes = field(repr=False, compare=False)
    place: int

    def field(self, number: int) -> int:
        """Place of a field, which holds the distance to its list; the record's own place where it has no such field."""
        [to_fields] = unpack_from("<i", self.content, self.place)
        fields = self.place - to_fields
        [length] = unpack_from("<H", self.content, fields)
        [offset] = unpack_from("<H", self.content, fields + 4 + 2 * number) if 4 + 2 * number < length else [0]
        return self.place + offset

    def has(self, number: int) -> bool:
        """Return whether the record has that field."""
        return self.field(number) != self.place

    def number(self, number: int) -> int:
        """Return the integer that a field holds; 0 where it is left out."""
        return unpack_from("<I", self.content, self.field(number))[0] if self.has(number) else 0

    def length(self, number: int) -> int:
        """Return how long the list of a field is."""
        return unpack_from("<I", self.content, self.list_at(number))[0]

    def list_at(self, number: int) -> int:
        """Place of a field's list: its length, then its items."""
        return _follow(self.content, self.field(number))

    def numbers(self, number: int) -> tuple[int, ...]:
        """Return the integers that a field lists."""
        begin = self.list_at(number)
        [length] = unpack_from("<I", self.content, begin)
        return unpack_from(f"<{length}i", self.content, begin + 4)

    def tables(self, number: int) -> list["_Table"]:
        """Return the records that a field lists."""
        begin = self.list_at(number) + 4
        places = range(begin, begin + 4 * len(self.numbers(number)), 4)
        return [_Table(self.content, _follow(self.content, place)) for place in places]


def _find_root(content: bytes) -> int:
    """Place of the outermost record."""
    return _follow(content, 0)


def _follow(content: bytes, place: int) -> int:
    """Where the distance that is stored at a place leads."""
    [distance] = unpack_from("<I", content, place)
    return place + distance


def _find_needed(layers: Sequence[_Table], outputs: Iterable[int]) -> list[_Table]:
    """Return the layers, in their order, that the output tensors depend on."""
    wanted = set(outputs)
    kept: list[_Table] = []
    for layer in reversed(layers):
        if wanted.intersection(layer.numbers(_OUTPUTS)):
            wanted.update(layer.numbers(_INPUTS))
            kept.append(layer)
    return kept[::-1]


def _keep_layers(
    graph: _Table, *, layers: Sequence[_Table], inputs: Collection[int], outputs: Collection[int]
) -> bytes:
    """Return the graph's file with only those layers, inputs and outputs."""
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
