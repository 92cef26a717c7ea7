import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core'

export interface TensorData {
  data: Float32Array
  shape: number[]
}

/** Load the runtime from a folder of this service. */
export async function loadRuntime(folder: string): Promise<void> {
  const locateFile = (file: string): string => `${folder}${file}` // workers do not find it themselves
  Object.assign(self, { Module: { locateFile, printErr: complain } })
  await loadLiteRt(folder)
}

/** Pass on what the runtime writes to its standard error, without its notes about each step. */
function complain(line: string): void {
  if (!/^(INFO|WARNING|VERBOSE)/.test(line)) console.error(line)
}

/** A loaded model: input tensors in, output tensors out. The one place that knows the runtime. */
export class Network {
  private constructor(private readonly model: CompiledModel) {}

  static async load(content: Uint8Array): Promise<Network> {
    return new Network(await loadAndCompile(content, { accelerator: 'wasm' })) // WebGPU returns garbage from the detector
  }

  async run(...inputs: readonly TensorData[]): Promise<TensorData[]> {
    const tensors = inputs.map(({ data, shape }) => new Tensor(data, shape))
    let results: Tensor[] = []
    try {
      results = await this.model.run(tensors)
      return await Promise.all(results.map(read))
    } finally {
      for (const tensor of [...tensors, ...results]) tensor.delete() // the runtime frees nothing itself
    }
  }
}

async function read(tensor: Tensor): Promise<TensorData> {
  const data = (await tensor.data()) as Float32Array
  return { data: data.slice(), shape: [...tensor.type.layout.dimensions] }
}
