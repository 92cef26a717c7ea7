/** A picture as a camera gives it: four bytes a pixel, red, green, blue and one that is not used. */
export interface Picture {
  data: Uint8Array | Uint8ClampedArray
  width: number
  height: number
}

/** Numbers of a picture, `channels` a pixel, row by row. */
export interface Raster {
  data: Float32Array
  width: number
  height: number
  channels: number
}

/** Part of a picture, whole pixels. */
export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** Average whole blocks of pixels, rounded as OpenCV's area interpolation rounds.
 *
 * `box` counts in blocks; where the last blocks are incomplete, the picture's border is repeated. */
export function averageBlocks(picture: Picture, box: Box, block: number): Raster {
  const [width, height] = [box.right - box.left, box.bottom - box.top]
  const data = new Float32Array(width * height * 3)
  const share = 1 / (block * block)
  const columns = listOffsets(box.left * block, width * block, picture.width, 4)
  const rows = listOffsets(box.top * block, height * block, picture.height, 4 * picture.width)
  const source = picture.data
  for (let y = 0, out = 0; y < height; y++) {
    for (let x = 0; x < width; x++, out += 3) {
      let [red, green, blue] = [0, 0, 0]
      for (let j = 0; j < block; j++) {
        const row = rows[y * block + j] as number
        for (let i = 0; i < block; i++) {
          const at = row + (columns[x * block + i] as number)
          red += source[at] as number
          green += source[at + 1] as number
          blue += source[at + 2] as number
        }
      }
      data[out] = roundHalfToEven(red * share)
      data[out + 1] = roundHalfToEven(green * share)
      data[out + 2] = roundHalfToEven(blue * share)
    }
  }
  return { data, width, height, channels: 3 }
}

/** Where each of `count` pixels from `start` on lies in memory; pixels behind the last one repeat it. */
function listOffsets(start: number, count: number, limit: number, stride: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => Math.min(start + index, limit - 1) * stride)
}

/** Round to whole numbers as numpy and OpenCV do: a half goes to the even neighbour. */
export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 ? rounded - 1 : rounded
}

/** Weights with which each source pixel counts for a pixel of a line that is resized by area. */
function listShares(from: number, to: number): [first: number, weights: number[]][] {
  const step = from / to
  return Array.from({ length: to }, (_, index) => {
    const [start, end] = [index * step, (index + 1) * step]
    const first = Math.floor(start)
    const last = Math.min(Math.ceil(end - 1e-9), from)
    const weights: number[] = []
    for (let pixel = first; pixel < last; pixel++) weights.push((Math.min(end, pixel + 1) - Math.max(start, pixel)) / step)
    return [first, weights]
  })
}

/** Shrink a picture by area to whole grey levels, three channels; the new size may not be larger than the old one. */
export function shrink({ data: source, width: from, height }: Picture, width: number, newHeight: number): Raster {
  const columns = listShares(from, width)
  const rows = listShares(height, newHeight)
  const data = new Float32Array(width * newHeight * 3)
  const line = new Float32Array(from * 3)
  rows.forEach(([first, weights], y) => {
    line.fill(0)
    weights.forEach((weight, index) => {
      let at = (first + index) * from * 4
      for (let x = 0; x < line.length; x += 3, at += 4) {
        for (let channel = 0; channel < 3; channel++) (line[x + channel] as number) += weight * (source[at + channel] as number)
      }
    })
    columns.forEach(([start, shares], x) => {
      const out = (y * width + x) * 3
      for (let channel = 0; channel < 3; channel++) {
        let total = 0
        for (let index = 0; index < shares.length; index++) total += (shares[index] as number) * (line[(start + index) * 3 + channel] as number)
        data[out + channel] = Math.round(total)
      }
    })
  })
  return { data, width, height: newHeight, channels: 3 }
}
