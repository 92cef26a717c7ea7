import type { AnalysisDocument } from './api/service'

export interface Contrast {
  first: number
  second: number
  difference: number
  /** 95 % interval of the difference. */
  interval: [number, number]
  /** Whether the interval leaves out zero: a change that is larger than its uncertainty. */
  clear: boolean
}

/** The difference of one metric, second minus first, with its interval; null where either lacks it.
 *
 * The errors of two clips are independent, so half widths add in squares. */
export function contrast(first: AnalysisDocument, second: AnalysisDocument, key: string): Contrast | null {
  const a = first.data[key]
  const b = second.data[key]
  const [aLow, aHigh] = first.intervals[key] ?? []
  const [bLow, bHigh] = second.intervals[key] ?? []
  if (typeof a !== 'number' || typeof b !== 'number') return null
  if (aLow === undefined || aHigh === undefined || bLow === undefined || bHigh === undefined) return null
  const difference = b - a
  const half = Math.hypot((aHigh - aLow) / 2, (bHigh - bLow) / 2)
  const interval: [number, number] = [difference - half, difference + half]
  return { first: a, second: b, difference, interval, clear: interval[0] > 0 || interval[1] < 0 }
}
