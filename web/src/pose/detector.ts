import type { Point } from './affine'
import type { Network, TensorData } from './network'
import { type Picture, shrink } from './picture'
import { enclose, measureDistance, type Region } from './region'

export const MOST_PEOPLE = 3
const SIZE = 224
/** Stride of each anchor grid, px of the model's input, and anchors at each of its nodes. */
const GRIDS = [
  [8, 2],
  [16, 2],
  [32, 6],
] as const
/** Ratio of the sides from which parts of a picture show people noticeably larger than the whole. */
const ELONGATED = 1.3
/** Two detections nearer than this share of their region's side are one person. */
const SAME_PERSON = 0.15
/** Numbers of a detection: a box, then four key points. */
const NUMBERS = 12

/** Finds people in a whole picture: BlazePose's detector, a single-shot detector with fixed anchors. */
export class Detector {
  private readonly anchors = makeAnchors()

  constructor(private readonly network: Network) {}

  /** The regions of the people found, surest first. Where the whole picture shows nobody, squares of it are searched. */
  async detect(picture: Picture): Promise<Region[]> {
    const found = await this.detectIn(picture)
    if (found.length > 0) return found
    for (const [x, y] of listSquares(picture)) {
      const side = Math.min(picture.width, picture.height)
      for (const region of await this.detectIn(cutSquare(picture, [x, y], side))) {
        found.push({ ...region, center: [region.center[0] + x, region.center[1] + y] })
      }
    }
    return dropDuplicates(found)
  }

  private async detectIn(picture: Picture): Promise<Region[]> {
    const { tensor, scale, corner } = fitIntoInput(picture)
    const [boxes, scores] = await this.network.run(tensor)
    if (!boxes || !scores) return []
    const place = (row: number, field: number): Point => {
      const anchor = this.anchors[row] as Point
      const at = row * NUMBERS + field
      return [((boxes.data[at] ?? 0) + anchor[0] - corner[0]) / scale, ((boxes.data[at + 1] ?? 0) + anchor[1] - corner[1]) / scale]
    }
    const sure = Array.from(scores.data.keys()).filter((row) => (scores.data[row] as number) > 0)
    sure.sort((a, b) => (scores.data[b] as number) - (scores.data[a] as number))
    return dropDuplicates(sure.map((row) => enclose(place(row, 4), place(row, 6))))
  }
}

/** Centres of the anchors, px of the model's input. */
function makeAnchors(): Point[] {
  const anchors: Point[] = []
  for (const [stride, count] of GRIDS) {
    for (let y = stride / 2; y < SIZE; y += stride) {
      for (let x = stride / 2; x < SIZE; x += stride) anchors.push(...Array.from({ length: count }, (): Point => [x, y]))
    }
  }
  return anchors
}

/** Corners of three overlapping squares along the longer side; none for a picture that is nearly square. */
function listSquares({ width, height }: Picture): Point[] {
  const [longer, side] = [Math.max(width, height), Math.min(width, height)]
  if (longer < ELONGATED * side) return []
  return [0, (longer - side) >> 1, longer - side].map((start) => (width > height ? [start, 0] : [0, start]))
}

function cutSquare(picture: Picture, [left, top]: Point, side: number): Picture {
  const data = new Uint8Array(4 * side * side)
  for (let y = 0; y < side; y++) {
    const start = 4 * ((top + y) * picture.width + left)
    data.set(picture.data.subarray(start, start + 4 * side), 4 * side * y)
  }
  return { data, width: side, height: side }
}

/** The picture fitted into the model's input, -1 to 1, with its scale and its corner there. */
function fitIntoInput(picture: Picture): { tensor: TensorData; scale: number; corner: Point } {
  const scale = SIZE / Math.max(picture.width, picture.height)
  const [width, height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))]
  const corner: Point = [(SIZE - width) >> 1, (SIZE - height) >> 1]
  const inner = shrink(picture, width, height)
  const data = new Float32Array(SIZE * SIZE * 3).fill(-1)
  for (let y = 0; y < height; y++) {
    const out = 3 * ((corner[1] + y) * SIZE + corner[0])
    for (let x = 0; x < 3 * width; x++) data[out + x] = (inner.data[3 * width * y + x] as number) / 127.5 - 1
  }
  return { tensor: { data, shape: [1, SIZE, SIZE, 3] }, scale, corner }
}

/** The first of each group of regions about the same place. */
function dropDuplicates(regions: readonly Region[]): Region[] {
  const kept: Region[] = []
  for (const region of regions) {
    if (kept.length === MOST_PEOPLE) break
    if (kept.every((other) => measureDistance(region, other) > SAME_PERSON)) kept.push(region)
  }
  return kept
}
