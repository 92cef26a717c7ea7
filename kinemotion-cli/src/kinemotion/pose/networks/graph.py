"""Cut a network in two: one part for every frame, and one that is run only where its output is needed.

A model file is a FlatBuffer (TensorFlow Lite's schema.fbs). Both parts keep its layers and weights as they are: the
list of layers is shortened in its place, the lists of inputs and outputs are replaced by others behind the file's end.
A part that only filters its inputs can be made for smaller ones.

The cut is made when a model is loaded, in 10 ms: parts in the package would double its size, because MediaPipe needs
the whole files. A test holds the parts to recorded hashes.
"""

from collections.abc import Collection, Iterable, Sequence
from struct import pack, pack_into, unpack_from

from kinemotion.pose.flatbuffer import Table

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
    graph = Table.read(model).read_tables(_SUBGRAPHS)[0]
    layers = graph.read_tables(_LAYERS)
    outputs = graph.read_numbers(_OUTPUTS)
    at_once = [tensor for index, tensor in enumerate(outputs) if index != later]
    first = _find_needed(layers, at_once)
    places = {layer.place for layer in first}
    second = [layer for layer in _find_needed(layers, [outputs[later]]) if layer.place not in places]
    made = {tensor for layer in first for tensor in layer.read_numbers(_OUTPUTS)}
    handed_on = sorted(made.intersection(tensor for layer in second for tensor in layer.read_numbers(_INPUTS)))
    return (
        _keep_layers(graph, layers=first, inputs=graph.read_numbers(_INPUTS), outputs=[*at_once, *handed_on]),
        _keep_layers(graph, layers=second, inputs=handed_on, outputs=[outputs[later]]),
    )


def scale(part: bytes, *, numerator: int, denominator: int) -> bytes:
    """Return the part for inputs with a share of the rows and columns; its layers must only filter and enlarge."""
    content = bytearray(part)
    model = Table.read(part)
    graph, constants = model.read_tables(_SUBGRAPHS)[0], model.read_tables(_BUFFERS)
    tensors, inputs = graph.read_tables(_TENSORS), graph.read_numbers(_INPUTS)
    used = {tensor for layer in graph.read_tables(_LAYERS) for tensor in layer.read_numbers(_INPUTS)} - set(inputs)
    sizes = {constants[tensors[tensor].read_number(_BUFFER, "I")] for tensor in used}
    places = [tensors[tensor].find_list(_SHAPE)[0] + 4 for tensor in inputs]  # behind the number of pictures
    places += [place for place, length in (one.find_list(_DATA) for one in sizes) if length == _SIZE_BYTES]
    for place in places:
        lengths = unpack_from("<2i", part, place)
        pack_into("<2i", content, place, *(length * numerator // denominator for length in lengths))
    return bytes(content)


def _find_needed(layers: Sequence[Table], outputs: Iterable[int]) -> list[Table]:
    """Return the layers, in their order, that the output tensors depend on."""
    wanted = set(outputs)
    kept: list[Table] = []
    for layer in reversed(layers):
        if wanted.intersection(layer.read_numbers(_OUTPUTS)):
            wanted.update(layer.read_numbers(_INPUTS))
            kept.append(layer)
    return kept[::-1]


def _keep_layers(graph: Table, *, layers: Sequence[Table], inputs: Collection[int], outputs: Collection[int]) -> bytes:
    """Return the graph's file with only those layers, inputs and outputs."""
    content = bytearray(graph.content)
    begin, _ = graph.find_list(_LAYERS)
    pack_into("<I", content, begin - 4, len(layers))
    for index, layer in enumerate(layers):
        slot = begin + 4 * index
        pack_into("<I", content, slot, layer.place - slot)
    for number, tensors in ((_INPUTS, inputs), (_OUTPUTS, outputs)):
        content += bytes(-len(content) % 4)
        pack_into("<I", content, graph.find(number), len(content) - graph.find(number))
        content += pack(f"<I{len(tensors)}i", len(tensors), *tensors)
    return bytes(content)
