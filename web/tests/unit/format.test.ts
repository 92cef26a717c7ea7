import { beforeEach, describe, expect, it, vi } from 'vitest'

vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
vi.stubGlobal('navigator', { languages: ['en-GB'] })
vi.stubGlobal('document', { documentElement: {} })

const { formatDate, formatInterval, formatQuantity } = await import('../../src/format')
const { chooseLanguage } = await import('../../src/i18n')

beforeEach(() => chooseLanguage('en'))

describe('numbers are written as in the report', () => {
  it('with a true minus, a hard space before the unit and none before the degree', () => {
    expect(formatQuantity(-0.97, 'm/s')).toBe('\u22120.97\u00a0m/s')
    expect(formatQuantity(-30, 'deg')).toBe('\u221230°')
    expect(formatQuantity(3, 'count')).toBe('3')
  })
  it('an interval says from where to where in words: a dash reads as a minus', () => {
    expect(formatInterval([-23, 31], 'ms')).toBe('\u221223 to 31')
    chooseLanguage('fr')
    expect(formatInterval([-0.013, 0.09], 'm')).toBe('\u22121,3 à 9,0')
  })
})

it("a date is written as in the reader's country", () => {
  expect(formatDate('2026-11-28T12:00:00Z')).toMatch(/^28 Nov 2026/)
  chooseLanguage('es')
  expect(formatDate('2026-11-28T12:00:00Z')).toMatch(/^28 nov 2026/)
})
