import { describe, expect, it } from 'vitest'

import { addCorrection, limitMove, listCorrectable, readCorrections, shownTime, withoutCorrection, writeCorrections } from '../../src/corrections'
import type { Trial } from '../../src/api/service'

const event = (name: string, time_s: number, more: object = {}) => ({ name, time_s, frame: null, uncertainty_s: 0.004, side: null, ...more })
const TAKEOFF = event('takeoff', 1.75)

describe('corrections', () => {
  it('leaves the ends of the film alone', () => {
    const trial = { events: [event('start', 0), TAKEOFF, event('end', 3)] } as unknown as Trial
    expect(listCorrectable(trial)).toEqual([TAKEOFF])
  })
  it('are written as the engine reads them, and read again', () => {
    const moved = addCorrection([], event('touchdown', 1, { side: 'left' }), { trial: 2, time_s: 1.01234567 })
    expect(JSON.parse(writeCorrections(moved))).toEqual([{ name: 'touchdown', time_s: 1.0123, trial: 2, side: 'left' }])
    expect(readCorrections(writeCorrections(moved))).toEqual(moved)
    expect(readCorrections(undefined)).toEqual([])
  })
  it('replace an earlier one of the same event, and no other', () => {
    const other = addCorrection([], event('takeoff', 2.5), { trial: 0, time_s: 2.51 })
    const once = addCorrection(other, TAKEOFF, { trial: 0, time_s: 1.77 })
    const twice = addCorrection(once, TAKEOFF, { trial: 0, time_s: 1.8 })
    expect(twice.map(({ time_s }) => time_s)).toEqual([2.51, 1.8])
    expect(withoutCorrection(twice, TAKEOFF, 0)).toEqual(other)
  })
  it('show the given instant, and the automatic one when it is undone', () => {
    const measured = event('takeoff', 1.8, { automatic_s: 1.75 })
    expect(shownTime(readCorrections('[{"name": "takeoff", "time_s": 1.8}]'), measured, 0)).toBe(1.8)
    expect(shownTime([], measured, 0)).toBe(1.75)
    expect(shownTime([], TAKEOFF, 0)).toBe(1.75)
  })
  it('stay as near to the automatic instant as the engine asks', () => {
    expect(limitMove(TAKEOFF, 1.9)).toBe(1.9)
    expect(limitMove(TAKEOFF, 5)).toBeLessThan(2)
    expect(limitMove(TAKEOFF, 0)).toBeGreaterThan(1.5)
  })
})
