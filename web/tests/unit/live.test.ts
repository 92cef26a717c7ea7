import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { findFirstFault, judgeFraming, RateMeter, StillnessMeter } from '../../src/live/framing'
import { encodeLandmarks, makeMessage } from '../../src/live/record'
import type { Affine, Point } from '../../src/pose/affine'
import type { Looked } from '../../src/pose/client'
import type { Pose } from '../../src/pose/estimator'

interface Record {
  name: string
  width: number
  height: number
  camera: number[][] | null
  people: { person: number; points: (number | null)[][]; ground: (number | null)[][] | null; change: number | null }[]
  payload_hex: string
}

const { records } = JSON.parse(readFileSync('../docs/contract/examples/landmarks-record.json', 'utf-8')) as { records: Record[] }
/** The page always sends ground points and changes. */
const LIKE_OURS = records.filter((record) => record.people.every((person) => person.ground && person.change !== null))

function readPose({ person, points, ground, change }: Record['people'][number]): Pose {
  return {
    person,
    points: points.map(([x, y]): Point => [x ?? Number.NaN, y ?? Number.NaN]),
    confidence: points.map(([, , confidence]) => confidence ?? 0),
    ground: (ground ?? []).map(([x, y]) => (typeof x === 'number' && typeof y === 'number' ? [x, y] : null)),
    change: change ?? 1,
  }
}

describe('encodeLandmarks', () => {
  it('has examples of the engine to be held to', () => expect(LIKE_OURS.length).toBeGreaterThan(0))
  it.each(LIKE_OURS)('writes the bytes of the example $name', ({ width, height, camera, people, payload_hex }) => {
    const payload = encodeLandmarks({ width, height, people: people.map(readPose), camera: (camera?.flat() as unknown as Affine) ?? null })
    expect(Buffer.from(payload).toString('hex')).toBe(payload_hex)
  })
})

describe('makeMessage', () => {
  it('puts version, codec, number and time before the payload', () => {
    const message = makeMessage('landmarks', { seq: 258, time_us: 2 ** 33 + 1, payload: Uint8Array.of(7, 8) })
    expect([...message]).toEqual([1, 5, 0, 0, 2, 1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 7, 8])
  })
})

/** An upright athlete whose nose and heels are at these heights of a picture of 360 x 640 px. */
function stand(nose: number, heels: number, shoulders_x = 180): Looked {
  const points = Array.from({ length: 33 }, (): Point => [180, (nose + heels) / 2])
  points[0] = [180, nose]
  for (const shoulder of [11, 12]) points[shoulder] = [shoulders_x, nose + 40]
  for (const foot of [27, 28, 29, 30, 31, 32]) points[foot] = [180, heels]
  const pose: Pose = { person: 0, points, confidence: points.map(() => 0.9), ground: [null, null], change: 1 }
  return { kind: 'poses', time_us: 0, width: 360, height: 640, people: [pose], shift: [0, 0], light: 120, spent_ms: 40 }
}

describe('judgeFraming', () => {
  it.each([
    ['passes a good picture', stand(200, 560), 30, null],
    ['asks for somebody', { ...stand(200, 560), people: [] }, 30, 'nobody'],
    ['asks for the feet', stand(400, 650), 30, 'cut'],
    ['asks to step back', stand(40, 600), 30, 'near'],
    ['asks to come closer', stand(300, 460), 30, 'far'],
    ['asks to set the phone upright', stand(200, 560, 260), 30, 'tilted'],
    ['asks for light', { ...stand(200, 560), light: 20 }, 30, 'dark'],
    ['asks for less light', { ...stand(200, 560), light: 240 }, 30, 'bright'],
    ['tells of a slow device', stand(200, 560), 12, 'slow'],
    ['waits for the rate', stand(200, 560), null, 'waiting'],
  ] as const)('%s', (_, looked, fps, fault) => {
    expect(findFirstFault(judgeFraming(looked as Looked, { fps, isMoving: false }))).toBe(fault)
  })
})

describe('StillnessMeter', () => {
  const HEIGHT = 1000
  const isMoving = (shifts: readonly Point[]): boolean => {
    const meter = new StillnessMeter()
    for (const [index, shift] of shifts.entries()) meter.add(index / 30, shift)
    return meter.isMoving(HEIGHT)
  }
  it('takes trembling for stillness', () => expect(isMoving(Array.from({ length: 60 }, (_, index): Point => [index % 2 ? 3 : -3, 0]))).toBe(false))
  it('notes a pan', () => expect(isMoving(Array.from({ length: 60 }, (): Point => [0.5, 0.1]))).toBe(true))
  it('forgets a push within a second', () => expect(isMoving([[50, 0], ...Array.from({ length: 40 }, (): Point => [0, 0])])).toBe(false))
  it('asks for a level camera first, then for a still one, then for a faster device', () => {
    const tilted = judgeFraming(stand(200, 560, 260), { fps: 12, isMoving: true })
    expect(findFirstFault(tilted)).toBe('tilted')
    expect(findFirstFault({ ...tilted, level: 'good' })).toBe('moving')
  })
})

describe('RateMeter', () => {
  it('counts the frames of the last two seconds', () => {
    const meter = new RateMeter()
    expect(meter.fps).toBeNull()
    for (let frame = 0; frame < 100; frame++) meter.add(frame / 25)
    expect(meter.fps).toBeCloseTo(25)
  })
})
