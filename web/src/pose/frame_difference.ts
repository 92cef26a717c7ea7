import type { Point } from './affine'
import type { Picture } from './picture'

/** Longest side, px, of the small pictures that are compared. */
const SIDE = 160
/** Room about a person's points, as a share of their extent. */
const MARGIN = 0.15
/** Number of the green channel, which stands for the grey level. */
const GREEN = 1

interface Small {
  data: Uint8Array
  width: number
  height: number
  /** Side of a block of pixels that one of its pixels stands for. */
  block: number
}

/** Compares each picture with the one before it: how much each person's region changed, 0 to 255 grey levels. */
export class FrameComparer {
  private previous: Small | null = null

  /** `people` are the points of each, px. A first picture counts as changed by one level. */
  compare(picture: Picture, people: readonly (readonly Point[])[]): number[] {
    const small = shrinkToGrey(picture)
    const before = this.previous
    this.previous = small
    return people.map((points) => (before && before.width === small.width && before.height === small.height ? measureChange(before, small, points) : 1))
  }
}

function shrinkToGrey({ data: source, width, height }: Picture): Small {
  const block = Math.max(1, Math.round(Math.max(width, height) / SIDE))
  const small = { data: new Uint8Array(0), width: Math.floor(width / block), height: Math.floor(height / block), block }
  small.data = new Uint8Array(small.width * small.height)
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      let total = 0
      for (let j = 0; j < block; j++) {
        let at = 4 * ((y * block + j) * width + x * block) + GREEN
        for (let i = 0; i < block; i++, at += 4) total += source[at] as number
      }
      small.data[y * small.width + x] = Math.round(total / (block * block))
    }
  }
  return small
}

function measureChange(before: Small, now: Small, points: readonly Point[]): number {
  const [left, right] = findSpan(points.map(([x]) => x / now.block))
  const [top, bottom] = findSpan(points.map(([, y]) => y / now.block))
  const margin = MARGIN * Math.max(right - left, bottom - top)
  let [total, count] = [0, 0]
  for (let y = Math.max(Math.floor(top - margin), 0); y < Math.min(Math.ceil(bottom + margin), now.height); y++) {
    for (let x = Math.max(Math.floor(left - margin), 0); x < Math.min(Math.ceil(right + margin), now.width); x++, count++) {
      const at = y * now.width + x
      total += Math.abs((now.data[at] as number) - (before.data[at] as number))
    }
  }
  return count > 0 ? total / count : 0
}

function findSpan(values: readonly number[]): [low: number, high: number] {
  return [Math.min(...values), Math.max(...values)]
}
