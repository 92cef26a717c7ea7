// Messages of the engine and of the service in the language of the page. Each has a stable code; the English stays where none is known.
import type { MessageEntry } from './api/document'
import type { Failure, FieldFault, Problem } from './api/http'
import { formatNumber, NO_BREAK } from './format'
import { engineName, findText, language } from './i18n'

/** Fields of the page whose names in a request are options. */
const FIELD_LABELS: Record<string, string> = {
  mass_kg: 'measure.mass',
  athlete_height_m: 'measure.height',
  sex: 'measure.sex',
  capture_fps: 'measure.captureFps',
  rotate_deg: 'measure.turn',
  person: 'measure.person',
  quality: 'measure.quality',
  events: 'events.title',
}

/** A placeholder of the engine's templates: `{name}`, `{name!r}` or `{name:.1cm}`. */
const PLACEHOLDER = /\{(\w+)(?:!r)?(?::\.(\d)(f|%|cm|ms|m|s))?\}/g
const FACTORS: Record<string, number> = { '%': 100, cm: 100, ms: 1000 }

/** A message of the engine in the language of the page. */
export function sayMessage(entry: MessageEntry): string {
  const template = findText(`message.${entry.code}`)
  if (template === undefined) return entry.message
  return template.replace(PLACEHOLDER, (gap, name: string, digits: string | undefined, unit: string | undefined) => {
    const value = entry.values[name]
    if (value === undefined) return gap
    if (typeof value === 'number') return sayNumber(value, digits, unit)
    return typeof value === 'string' ? value : value.map(sayName).join(', ')
  })
}

function sayNumber(value: number, digits: string | undefined, unit = 'f'): string {
  if (digits === undefined) return formatNumber(value, 0)
  const number = formatNumber(value * (FACTORS[unit] ?? 1), Number(digits))
  return unit === 'f' ? number : `${number}${NO_BREAK}${unit}`
}

/** A metric or a movement inside a sentence: a small first letter, unless it is an abbreviation. */
function sayName(key: string): string {
  const name = engineName('metric', key, engineName('sport', key, key))
  const second = name.charAt(1)
  return second !== '' && second === second.toUpperCase() && second !== second.toLowerCase() ? name : name.charAt(0).toLowerCase() + name.slice(1)
}

/** What went wrong, and what to do; both in the language of the page. */
export function sayFailure(failure: Failure): [happened: string, hint: string] {
  if (failure.reason) return [sayMessage(failure.reason), failure.advice ? sayMessage(failure.advice) : '']
  if (failure.errors?.length) return [failure.errors.map(sayFault).join(' '), '']
  const known = findText(`service.${failure.code}`)
  return known === undefined ? [failure.message, failure.hint ?? ''] : [known, '']
}

/** What is wrong with a field, after its name on the page. */
function sayFault({ field, message, code, values = {} }: FieldFault): string {
  const label = findText(FIELD_LABELS[field] ?? '') ?? field.replaceAll('_', ' ')
  const template = findText(`fault.${code}`)
  return `${label}: ${template === undefined ? message : fillPlainly(template, values)}`
}

/** Fill gaps that have no format of their own: numbers as the language writes them; a unit that is missing leaves no space. */
function fillPlainly(template: string, values: NonNullable<FieldFault['values']>): string {
  return template.replace(/ ?\{(\w+)\}/g, (gap, name: string) => {
    const value = values[name] ?? ''
    const text = typeof value === 'number' ? value.toLocaleString(language.value) : String(typeof value === 'string' ? value : value.join(', '))
    return text && gap.replace(`{${name}}`, text)
  })
}

/** A refusal by the service in the language of the page. */
export function sayProblem({ code, detail, title, hint, errors = [] }: Problem): [happened: string, hint: string] {
  return sayFailure({ code, message: detail || title, hint, errors })
}

/** Warnings with their codes; old results have none. */
interface Warned {
  warnings: readonly string[]
  messages?: readonly MessageEntry[]
}

/** The warnings of a result; those of an old one have no codes and stay English. */
export function sayWarnings({ warnings, messages }: Warned): string[] {
  return messages?.map(sayMessage) ?? [...warnings]
}

/** What is to be known of one trial: its own warnings and those of the whole video, each once. */
export function sayAllWarnings(trial: Warned, { ofOthers, ofVideo }: { ofOthers: readonly Warned[]; ofVideo: readonly Warned[] }): string[] {
  const own = sayWarnings(trial)
  const foreign = new Set(ofOthers.flatMap(sayWarnings))
  return [...new Set([...own, ...ofVideo.flatMap(sayWarnings).filter((warning) => !foreign.has(warning))])]
}
