import { describe, expect, it } from 'vitest'

import type { AnalysisDocument } from '../../src/api/service'
import { contrast } from '../../src/contrast'

function measured(height_m: number | null, interval: [number, number]): AnalysisDocument {
  return { data: { jump_height_m: height_m }, intervals: { jump_height_m: interval } } as unknown as AnalysisDocument
}

describe('contrast', () => {
  it('adds the half widths of independent errors in squares', () => {
    const found = contrast(measured(0.3, [0.27, 0.33]), measured(0.35, [0.31, 0.39]), 'jump_height_m')
    expect(found?.difference).toBeCloseTo(0.05)
    expect(found?.interval[0]).toBeCloseTo(0)
    expect(found?.interval[1]).toBeCloseTo(0.1)
  })
  it('calls a change clear when its interval leaves out zero', () => {
    expect(contrast(measured(0.3, [0.29, 0.31]), measured(0.35, [0.34, 0.36]), 'jump_height_m')?.clear).toBe(true)
    expect(contrast(measured(0.3, [0.25, 0.35]), measured(0.35, [0.3, 0.4]), 'jump_height_m')?.clear).toBe(false)
  })
  it('compares nothing where one side was not measured', () => {
    expect(contrast(measured(null, [0, 0]), measured(0.3, [0.29, 0.31]), 'jump_height_m')).toBeNull()
  })
})
