import { type Affine, applyAffine, type Point } from './affine'
import { crop } from './crop'
import { cutGraph } from './graph'
import { Network, type TensorData } from './network'
import { type Picture, roundHalfToEven } from './picture'
import { enclose, mapToImage, type Region } from './region'

const SIZE = 256
/** Points of the skeleton; two more follow: the body's centre and a point on the circle around it. */
export const POINTS = 33
const NUMBERS = 5
/** Number of the output that is the person's mask. */
const MASK = 2
/** Cells of a heat map that count on each side of a point, and the probability below which a map is not used. */
const REACH = 4
const FAINT = 0.1

/** What the model found of one person in one region; px of the picture. */
export interface LandmarkResult {
  points: Point[]
  /** 0 to 1: seen, and inside the picture. */
  confidence: number[]
  /** 0 to 1: whether there is a person. */
  score: number
  nextRegion: Region
  toImage: Affine
  /** Intermediate results that the mask network continues from. */
  features: TensorData[]
}

/** The person as the model sees them: log odds of a square mask, and the map from mask to picture. */
export interface Silhouette {
  logit: Float32Array
  size: number
  toImage: Affine
}

/** The landmark network in two parts: landmarks, and the mask, which is computed only where it is asked for. */
export class LandmarkModel {
  private constructor(
    private readonly points: Network,
    private readonly mask: Network,
  ) {}

  static async load(content: Uint8Array): Promise<LandmarkModel> {
    const [points, mask] = cutGraph(content, MASK)
    return new LandmarkModel(await Network.load(points), await Network.load(mask))
  }

  async findLandmarks(picture: Picture, region: Region): Promise<LandmarkResult> {
    const toImage = mapToImage(region, SIZE)
    const data = crop(picture, toImage, SIZE).map((level) => level / 255)
    const [points, score, heat, , ...features] = await this.points.run({ data, shape: [1, SIZE, SIZE, 3] })
    if (!points || !score || !heat) throw new Error('The pose model gave fewer outputs than it should.')
    const placed = Array.from({ length: POINTS + 2 }, (_, index) => {
      const raw: Point = [points.data[index * NUMBERS] as number, points.data[index * NUMBERS + 1] as number]
      return applyAffine(toImage, refinePoint(raw, heat, index))
    })
    return {
      points: placed.slice(0, POINTS),
      confidence: Array.from({ length: POINTS }, (_, index) =>
        expit(Math.min(points.data[index * NUMBERS + 3] as number, points.data[index * NUMBERS + 4] as number)),
      ),
      score: score.data[0] as number,
      nextRegion: enclose(placed[POINTS] as Point, placed[POINTS + 1] as Point),
      toImage,
      features,
    }
  }

  async findSilhouette({ features, toImage }: LandmarkResult): Promise<Silhouette> {
    const [mask] = await this.mask.run(...features)
    if (!mask) throw new Error('The pose model gave no mask.')
    return { logit: mask.data, size: mask.shape[1] as number, toImage }
  }
}

function expit(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

/** A point, crop px, moved to the weighted middle of its heat map nearby, as the engine does it. */
export function refinePoint(point: Point, { data, shape }: TensorData, index: number): Point {
  if (point.some((value) => value < 0 || value >= SIZE)) return point
  const [, cells = 0, , maps = 0] = shape
  const cellPx = SIZE / cells
  const [column, row] = point.map((value) => Math.min(roundHalfToEven(value / cellPx), cells - 1)) as [number, number]
  let [total, x, y, largest] = [0, 0, 0, 0]
  for (let j = Math.max(row - REACH, 0); j <= Math.min(row + REACH, cells - 1); j++) {
    for (let i = Math.max(column - REACH, 0); i <= Math.min(column + REACH, cells - 1); i++) {
      const weight = expit(data[(j * cells + i) * maps + index] as number) ** 2
      total += weight
      x += weight * i
      y += weight * j
      largest = Math.max(largest, weight)
    }
  }
  if (largest < FAINT ** 2) return point
  const share = cellPx / Math.max(total, FAINT ** 2)
  return [x * share, y * share]
}
