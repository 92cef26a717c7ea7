import { type Affine, applyAffine, type Point } from './affine'
import { averageBlocks, type Box, type Picture, type Raster, roundHalfToEven } from './picture'

/** Blocks kept around what a crop shows, so that interpolation finds its neighbours. */
const BORDER = 2

/** The crop of size x size px, red, green and blue from 0 to 255, that a region's map shows: bilinear, the border repeated.
 *
 * As the engine makes it: a large region is first averaged over whole blocks of pixels, on the same grid in every frame. */
export function crop(picture: Picture, toImage: Affine, size: number): Float32Array {
  const block = Math.max(1, roundHalfToEven(Math.hypot(toImage[0], toImage[3])))
  const box = findBlocks(picture, toImage, { size, block })
  const part = averageBlocks(picture, box, block)
  const [a, b, c, d, e, f] = toImage.map((value) => value / block) as unknown as Affine
  const toPart: Affine = [a, b, c + (a + b) / 2 - box.left - 0.5, d, e, f + (d + e) / 2 - box.top - 0.5]
  return warp(part, toPart, size)
}

/** The blocks of the picture that a crop needs. */
function findBlocks(picture: Picture, toImage: Affine, { size, block }: { size: number; block: number }): Box {
  const corners = ([[0, 0], [size, 0], [0, size], [size, size]] as Point[]).map((corner) => applyAffine(toImage, corner))
  const [left, right] = clip(corners.map(([x]) => x / block), Math.ceil(picture.width / block))
  const [top, bottom] = clip(corners.map(([, y]) => y / block), Math.ceil(picture.height / block))
  return { left, top, right, bottom }
}

function clip(values: number[], count: number): [low: number, high: number] {
  const low = Math.min(Math.max(Math.floor(Math.min(...values)) - BORDER, 0), count - 1)
  const high = Math.min(Math.max(Math.ceil(Math.max(...values)) + BORDER, low + 1), count)
  return [low, high]
}

/** Draw a raster through a map from the new picture to it, bilinear, cut off to whole grey levels. */
function warp({ data, width, height }: Raster, [a, b, c, d, e, f]: Affine, size: number): Float32Array {
  const shown = new Float32Array(size * size * 3)
  for (let y = 0, out = 0; y < size; y++) {
    for (let x = 0; x < size; x++, out += 3) {
      const [u, v] = [a * x + b * y + c, d * x + e * y + f]
      const [left, top] = [Math.floor(u), Math.floor(v)]
      const [right, low] = [u - left, v - top]
      const x0 = clamp(left, width)
      const x1 = clamp(left + 1, width)
      const y0 = clamp(top, height) * width
      const y1 = clamp(top + 1, height) * width
      const [p, q, r, s] = [(y0 + x0) * 3, (y0 + x1) * 3, (y1 + x0) * 3, (y1 + x1) * 3]
      for (let channel = 0; channel < 3; channel++) {
        const over = (data[p + channel] as number) * (1 - right) + (data[q + channel] as number) * right
        const under = (data[r + channel] as number) * (1 - right) + (data[s + channel] as number) * right
        shown[out + channel] = Math.floor(over * (1 - low) + under * low + 1e-4) // a level missed by rounding stays
      }
    }
  }
  return shown
}

function clamp(index: number, count: number): number {
  return index < 0 ? 0 : index >= count ? count - 1 : index
}
