import { language, t } from './i18n'

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
export const NO_BREAK = '\u00a0'
const MINUS = '\u2212'

export function formatNumber(number: number, digits: number): string {
  const value = Math.round(number * 10 ** digits) === 0 ? 0 : number // a rounded zero has no sign
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return new Intl.NumberFormat(language.value, options).format(value).replace('-', MINUS)
}

/** A metric's value for people: the number, and the sign of its unit. */
export function formatValue(value: number | string | null | undefined, unit: string | null): [text: string, sign: string] {
  if (value === null || value === undefined) return ['–', '']
  if (typeof value === 'string') return [value, '']
  const [factor, sign, digits] = SHOWN[unit ?? ''] ?? PLAIN
  return [formatNumber(value * factor, digits), sign]
}

/** The sign of a unit as it follows a number: behind a hard space, but for the degree. */
export function followNumber(sign: string): string {
  return sign === '' || sign === '°' ? sign : `${NO_BREAK}${sign}`
}

/** A metric's value with its unit, in one text: `34.9 cm`, `99°`. */
export function formatQuantity(value: number | string | null | undefined, unit: string | null): string {
  const [text, sign] = formatValue(value, unit)
  return text + followNumber(sign)
}

/** A 95 % interval for people, in the unit its metric is shown in: `33.0 to 36.6`. */
export function formatInterval(interval: readonly number[] | undefined, unit: string | null): string {
  const [low, high] = interval ?? []
  if (low === undefined || high === undefined) return ''
  const [factor, , digits] = SHOWN[unit ?? ''] ?? PLAIN
  return t('range', { low: formatNumber(low * factor, digits), high: formatNumber(high * factor, digits) })
}

/** The language of the page as the reader's country writes dates: British ones in a British browser. */
function findLocale(): string {
  return navigator.languages.find((tag) => tag.slice(0, 2) === language.value) ?? language.value
}

export function formatDate(iso: string): string {
  return new Intl.DateTimeFormat(findLocale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))
}

export function formatSize(bytes: number): string {
  return `${formatNumber(bytes / 1e6, 1)}${followNumber('MB')}`
}

/** A day without a time, `2026-11-27`, for people. */
export function formatDay(day: string): string {
  return new Intl.DateTimeFormat(findLocale(), { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))
}
