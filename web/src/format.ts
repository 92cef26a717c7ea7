import { language } from './i18n'

/** How a unit of the contract is shown to people: factor, sign, digits after the separator. */
const SHOWN: Record<string, readonly [factor: number, sign: string, digits: number]> = {
  m: [100, 'cm', 1],
  s: [1, 's', 2],
  ms: [1, 'ms', 0],
  'm/s': [1, 'm/s', 2],
  deg: [1, '°', 0],
  '1': [1, '', 2],
  '1/min': [1, '/min', 1],
  'kN/m': [1, 'kN/m', 1],
  N: [1, 'N', 0],
  'N/kg': [1, 'N/kg', 1],
  W: [1, 'W', 0],
  'W/kg': [1, 'W/kg', 1],
  kg: [1, 'kg', 1],
  '%': [1, '%', 1],
  count: [1, '', 0],
  '1/jump': [1, '/jump', 3],
}
const PLAIN = [1, '', 2] as const

export function formatNumber(number: number, digits: number): string {
  const value = Math.round(number * 10 ** digits) === 0 ? 0 : number // a rounded zero has no sign
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return new Intl.NumberFormat(language.value, options).format(value)
}

/** A metric's value for people: the number, and the sign of its unit. */
export function formatValue(value: number | string | null | undefined, unit: string | null): [text: string, sign: string] {
  if (value === null || value === undefined) return ['–', '']
  if (typeof value === 'string') return [value, '']
  const [factor, sign, digits] = SHOWN[unit ?? ''] ?? PLAIN
  return [formatNumber(value * factor, digits), sign]
}

/** A 95 % interval for people, in the unit its metric is shown in: `33.0 – 36.6`. */
export function formatInterval(interval: readonly number[] | undefined, unit: string | null): string {
  const [low, high] = interval ?? []
  if (low === undefined || high === undefined) return ''
  const [factor, , digits] = SHOWN[unit ?? ''] ?? PLAIN
  return `${formatNumber(low * factor, digits)} – ${formatNumber(high * factor, digits)}`
}

export function formatDate(iso: string): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))
}

export function formatSize(bytes: number): string {
  return `${formatNumber(bytes / 1e6, 1)} MB`
}

/** A day without a time, `2026-11-27`, for people. */
export function formatDay(day: string): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))
}
