import { expect, test } from 'vitest'

import type { Point } from '../../src/pose/affine'
import { FrameComparer } from '../../src/pose/frame_difference'
import type { Picture } from '../../src/pose/picture'

const [WIDTH, HEIGHT] = [320, 480]
const BODY: readonly Point[] = [
  [120, 120],
  [200, 360],
]

/** A smooth pattern that lies `shift` px further right and down, with a body of another grey level in it. */
function draw(shift: Point, body: number): Picture {
  const data = new Uint8Array(4 * WIDTH * HEIGHT)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const inside = x > 110 && x < 210 && y > 110 && y < 370
      const level = inside ? body : 128 + 50 * Math.sin((x - shift[0]) / 14) + 50 * Math.cos((y - shift[1]) / 11)
      data.fill(level, 4 * (y * WIDTH + x), 4 * (y * WIDTH + x) + 4)
    }
  }
  return { data, width: WIDTH, height: HEIGHT }
}

test('a background that moved is measured, whatever the body does', () => {
  const comparer = new FrameComparer()
  expect(comparer.compare(draw([0, 0], 60), [BODY])).toEqual({ changes: [1], shift: [0, 0] })
  const { changes, shift } = comparer.compare(draw([2, -3], 160), [BODY])
  expect(shift[0]).toBeCloseTo(2, 0)
  expect(shift[1]).toBeCloseTo(-3, 0)
  expect(changes[0]).toBeGreaterThan(20)
})

test('a background that stands has not moved, and one without texture tells nothing', () => {
  const comparer = new FrameComparer()
  comparer.compare(draw([0, 0], 60), [BODY])
  const { shift } = comparer.compare(draw([0, 0], 160), [BODY])
  expect(Math.hypot(...shift)).toBeLessThan(0.01)
  const plain: Picture = { data: new Uint8Array(4 * WIDTH * HEIGHT).fill(90), width: WIDTH, height: HEIGHT }
  comparer.compare(plain, [])
  expect(comparer.compare({ ...plain, data: plain.data.map((level) => level + 5) as Uint8Array }, []).shift).toEqual([0, 0])
})
