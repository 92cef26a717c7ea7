import { describe, expect, it } from 'vitest'

import { interpolate, nearest, readCurves } from '../../src/curves'

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

describe('interpolate', () => {
  it('goes straight from sample to sample, and says nothing outside of them', () => {
    expect(interpolate([0, 1, 3], [10, 20, 0], [-0.1, 0, 0.5, 1, 2, 3, 3.1])).toEqual([Number.NaN, 10, 15, 20, 10, 0, Number.NaN])
  })
  it('has a gap where a sample is missing', () => {
    expect(interpolate([0, 1, 2], [10, Number.NaN, 30], [0.5, 1.5])).toEqual([Number.NaN, Number.NaN])
  })
  it('gives nothing from nothing', () => {
    expect(interpolate([], [], [0])).toEqual([Number.NaN])
  })
})
