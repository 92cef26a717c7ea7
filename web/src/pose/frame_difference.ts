import type { Point } from './affine'
import type { Picture } from './picture'

/** Longest side, px, of the small pictures that are compared. */
const SIDE = 160
/** Room about a person's points, as a share of their extent. */
const MARGIN = 0.15
/** Number of the green channel, which stands for the grey level. */
const GREEN = 1

/** Mean square of the grey level's slope below which a background shows no movement; engineering limit. */
const LEAST_TEXTURE = 1

interface Small {
  data: Uint8Array
  width: number
  height: number
  /** Side of a block of pixels that one of its pixels stands for. */
  block: number
}

/** Compares each picture with the one before it. */
export class FrameComparer {
  private previous: Small | null = null

  /** How much each person's region changed, 0 to 255 grey levels, and how far the background moved, px. `people` are the points
   * of each, px. A first picture counts as changed by one level and not moved. */
  compare(picture: Picture, people: readonly (readonly Point[])[]): { changes: number[]; shift: Point } {
    const small = shrinkToGrey(picture)
    const before = this.previous
    this.previous = small
    if (before?.width !== small.width || before.height !== small.height) return { changes: people.map(() => 1), shift: [0, 0] }
    const boxes = people.map((points) => findBox(points, small))
    return { changes: boxes.map((box) => measureChange(before, small, box)), shift: measureShift(before, small, boxes) }
  }
}

interface Box {
  left: number
  right: number
  top: number
  bottom: number
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

/** The part of the small picture about a person's points. */
function findBox(points: readonly Point[], { width, height, block }: Small): Box {
  const [left, right] = findSpan(points.map(([x]) => x / block))
  const [top, bottom] = findSpan(points.map(([, y]) => y / block))
  const margin = MARGIN * Math.max(right - left, bottom - top)
  return {
    left: Math.max(Math.floor(left - margin), 0),
    right: Math.min(Math.ceil(right + margin), width),
    top: Math.max(Math.floor(top - margin), 0),
    bottom: Math.min(Math.ceil(bottom + margin), height),
  }
}

function measureChange(before: Small, now: Small, { left, right, top, bottom }: Box): number {
  let [total, count] = [0, 0]
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++, count++) {
      const at = y * now.width + x
      total += Math.abs((now.data[at] as number) - (before.data[at] as number))
    }
  }
  return count > 0 ? total / count : 0
}

/** How far what lies outside the boxes moved, px of the picture: the least-squares translation of Lucas and Kanade 1981. */
function measureShift(before: Small, now: Small, boxes: readonly Box[]): Point {
  const { width, height, data, block } = now
  let [xx, xy, yy, xt, yt, count] = [0, 0, 0, 0, 0, 0]
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      if (boxes.some(({ left, right, top, bottom }) => x >= left && x < right && y >= top && y < bottom)) continue
      const at = y * width + x
      const dx = ((data[at + 1] as number) - (data[at - 1] as number)) / 2
      const dy = ((data[at + width] as number) - (data[at - width] as number)) / 2
      const dt = (data[at] as number) - (before.data[at] as number)
      xx += dx * dx
      xy += dx * dy
      yy += dy * dy
      xt += dx * dt
      yt += dy * dt
      count++
    }
  }
  const determinant = xx * yy - xy * xy
  if (determinant < (LEAST_TEXTURE * count) ** 2) return [0, 0]
  return [(-block * (yy * xt - xy * yt)) / determinant, (-block * (xx * yt - xy * xt)) / determinant]
}

function findSpan(values: readonly number[]): [low: number, high: number] {
  return [Math.min(...values), Math.max(...values)]
}
