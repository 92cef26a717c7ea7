/** A network cut in two: landmarks, which each picture needs, and the mask, which is computed where a foot is near the floor.
 *
 * A model file is a FlatBuffer (TensorFlow Lite's schema.fbs) with one graph. Both parts keep its layers and weights: the
 * list of layers is shortened in its place, the lists of inputs and outputs are replaced by others behind the file's end. */

/** Numbers of fields: the model's graphs; the graph's inputs, outputs and layers, the first two also those of a layer. */
const GRAPHS = 2
const INPUTS = 1
const OUTPUTS = 2
const LAYERS = 3

/** Two models: the first gives all outputs but number `later`, then what the second makes that output from. */
export function cutGraph(model: Uint8Array, later: number): [first: Uint8Array, second: Uint8Array] {
  const view = new DataView(model.buffer, model.byteOffset, model.byteLength)
  const root = new Table(view, follow(view, 0))
  const graph = root.listTables(GRAPHS)[0] as Table
  const layers = graph.listTables(LAYERS)
  const outputs = graph.listNumbers(OUTPUTS)
  const atOnce = outputs.filter((_, index) => index !== later)
  const wanted = [outputs[later] as number]
  const first = findNeeded(layers, atOnce)
  const second = findNeeded(layers, wanted).filter((layer) => !first.includes(layer))
  const made = new Set(first.flatMap((layer) => layer.listNumbers(OUTPUTS)))
  const used = new Set(second.flatMap((layer) => layer.listNumbers(INPUTS)))
  const handedOn = [...made].filter((tensor) => used.has(tensor)).sort((a, b) => a - b)
  return [
    write(graph, { layers: first, inputs: graph.listNumbers(INPUTS), outputs: [...atOnce, ...handedOn] }),
    write(graph, { layers: second, inputs: handedOn, outputs: wanted }),
  ]
}

function follow(view: DataView, place: number): number {
  return place + view.getUint32(place, true)
}

/** A record in a FlatBuffer. */
class Table {
  constructor(
    readonly view: DataView,
    readonly place: number,
  ) {}

  /** Place of a field, which holds the distance to its list. */
  findField(number: number): number {
    const fields = this.place - this.view.getInt32(this.place, true)
    return this.place + this.view.getUint16(fields + 4 + 2 * number, true)
  }

  /** Place of a field's list: its length, then its items. */
  findList(number: number): number {
    return follow(this.view, this.findField(number))
  }

  listNumbers(number: number): number[] {
    const place = this.findList(number)
    return Array.from({ length: this.view.getUint32(place, true) }, (_, index) => this.view.getInt32(place + 4 + 4 * index, true))
  }

  listTables(number: number): Table[] {
    const begin = this.findList(number) + 4
    return this.listNumbers(number).map((_, index) => new Table(this.view, follow(this.view, begin + 4 * index)))
  }
}

/** The layers, in their order, that the output tensors depend on. */
function findNeeded(layers: readonly Table[], outputs: readonly number[]): Table[] {
  const wanted = new Set(outputs)
  const kept: Table[] = []
  for (const layer of layers.toReversed()) {
    if (!layer.listNumbers(OUTPUTS).some((tensor) => wanted.has(tensor))) continue
    for (const tensor of layer.listNumbers(INPUTS)) wanted.add(tensor)
    kept.push(layer)
  }
  return kept.reverse()
}

/** The graph's file with only those layers, inputs and outputs. */
function write(graph: Table, { layers, inputs, outputs }: { layers: Table[]; inputs: number[]; outputs: number[] }): Uint8Array {
  const { view } = graph
  const old = Math.ceil(view.byteLength / 4) * 4
  const content = new Uint8Array(old + 4 * (2 + inputs.length + outputs.length))
  content.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  const written = new DataView(content.buffer)
  const begin = graph.findList(LAYERS)
  written.setUint32(begin, layers.length, true)
  layers.forEach((layer, index) => {
    const slot = begin + 4 + 4 * index
    written.setUint32(slot, layer.place - slot, true)
  })
  let end = old
  for (const [field, tensors] of [[INPUTS, inputs], [OUTPUTS, outputs]] as const) {
    written.setUint32(graph.findField(field), end - graph.findField(field), true)
    written.setUint32(end, tensors.length, true)
    tensors.forEach((tensor, index) => written.setInt32(end + 4 + 4 * index, tensor, true))
    end += 4 + 4 * tensors.length
  }
  return content
}
