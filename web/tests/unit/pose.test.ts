import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import type { Point } from '../../src/pose/affine'
import { crop } from '../../src/pose/crop'
import { cutGraph } from '../../src/pose/graph'
import { refinePoint } from '../../src/pose/landmarks'
import type { Picture } from '../../src/pose/picture'
import { mapToImage } from '../../src/pose/region'
import { findGroundPoints } from '../../src/pose/silhouette'
import numbers from './engine_numbers.json'

/** The engine's own numbers: a test of the service's side holds the engine to them too. */
const MODELS = '../kinemotion-cli/src/kinemotion/pose/models'
const [CROP_SIZE, MASK, HEAT_CELLS, MASK_SIZE] = [16, 2, 64, 256]

/** A picture of formulas, the same as in the engine's test. */
function draw(width: number, height: number): Picture {
  const data = new Uint8Array(4 * width * height)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) data.set([(x * 7 + y * 13 + x * y) % 256, (x * 3 + y * y) % 256, (x * x + y * 5) % 256], at)
  }
  return { data, width, height }
}

describe('crop', () => {
  it.each(numbers.crops)('shows what the engine shows of $width x $height px, side $side', ({ width, height, center, up, side, levels }) => {
    const region = { center: center as unknown as Point, up: up as unknown as Point, side }
    const shown = crop(draw(width, height), mapToImage(region, CROP_SIZE), CROP_SIZE)
    const wrong = Array.from(shown).map((level, index) => Math.abs(level - (levels[index] ?? Number.NaN)))
    expect(Math.max(...wrong)).toBeLessThanOrEqual(1) // a level is cut off, so that rounding may cost one
    expect(wrong.filter((difference) => difference > 0).length / wrong.length).toBeLessThan(0.02)
  })
})

describe('cutGraph', () => {
  it.each(Object.entries(numbers.cut))('cuts %s into the files that the engine makes', (name, hashes) => {
    const parts = cutGraph(readFileSync(`${MODELS}/${name}.tflite`), MASK)
    expect(parts.map((part) => createHash('sha256').update(part).digest('hex'))).toEqual(hashes)
  })
})

describe('refinePoint', () => {
  const { heat_centers, raw, points } = numbers.refined
  const data = new Float32Array(HEAT_CELLS * HEAT_CELLS * heat_centers.length)
  for (let at = 0; at < data.length; at++) {
    const [cell, map] = [Math.floor(at / heat_centers.length), at % heat_centers.length]
    const [x = 0, y = 0] = heat_centers[map] ?? []
    data[at] = 3 - 0.5 * ((cell % HEAT_CELLS) - x) ** 2 - 0.5 * (Math.floor(cell / HEAT_CELLS) - y) ** 2
  }
  it.each(points.map((point, index) => ({ point, index })))('moves point $index to where the engine moves it', ({ point, index }) => {
    const heat = { data, shape: [1, HEAT_CELLS, HEAT_CELLS, heat_centers.length] }
    refinePoint(raw[index] as unknown as Point, heat, index).forEach((value, axis) => expect(value).toBeCloseTo(point[axis] ?? Number.NaN, 5))
  })
})

describe('findGroundPoints', () => {
  const logit = new Float32Array(MASK_SIZE * MASK_SIZE)
  for (let at = 0; at < logit.length; at++) logit[at] = 8 * Math.sin((at % MASK_SIZE) / 17) + 0.9 * (205 - Math.floor(at / MASK_SIZE))
  it.each(numbers.ground)('finds the ground under soles at $soles', ({ soles, points }) => {
    const found = findGroundPoints({ logit, size: MASK_SIZE, toImage: [0.9, 0.05, 4, -0.05, 0.9, 8] }, placeLegs(soles as [number, number]))
    found.forEach((point, side) => {
      const expected = points[side] ?? null
      if (expected === null) expect(point).toBeNull()
      else point?.forEach((value, axis) => expect(value).toBeCloseTo(expected[axis] ?? Number.NaN, 2))
      expect(point === null).toBe(expected === null)
    })
  })
})

/** Landmarks of which only the legs count: knee, ankle, heel and toe, the soles at these heights. */
function placeLegs([left, right]: [number, number]): Point[] {
  const points = Array.from({ length: 33 }, (): Point => [0, 0])
  for (const [x, sole, first] of [[100, left, 25], [150, right, 26]] as const) {
    points[first] = [x, sole - 80]
    points[first + 2] = [x, sole - 12]
    points[first + 4] = [x - 8, sole]
    points[first + 6] = [x + 20, sole]
  }
  return points
}
