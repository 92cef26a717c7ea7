import { describe, expect, it } from 'vitest'

import { nearest, readCurves } from '../../src/curves'

const TABLE = 'trial,time_s,com_y_m\n1,0.0,1.10\n1,0.5,\n2,1.0,1.30\n'

describe('readCurves', () => {
  it('reads the rows of one trial; an empty cell is not a number', () => {
    const curves = readCurves(TABLE, 0)
    expect(curves.time_s).toEqual([0, 0.5])
    expect(curves.column('com_y_m')).toEqual([1.1, Number.NaN])
  })
  it('gives an empty curve for a column that is not there', () => {
    expect(readCurves(TABLE, 0).column('left_knee_flexion_deg')).toEqual([])
  })
  it('gives empty curves for a trial that is not there', () => {
    expect(readCurves(TABLE, 7).time_s).toEqual([])
  })
})

describe('nearest', () => {
  it.each([
    [-1, 0],
    [0.24, 0],
    [0.26, 1],
    [9, 2],
  ])('finds the sample nearest to %f s', (at_s, index) => {
    expect(nearest([0, 0.5, 1], at_s)).toBe(index)
  })
  it('finds none in an empty curve', () => {
    expect(nearest([], 1)).toBe(-1)
  })
})
