import { beforeEach, describe, expect, it, vi } from 'vitest'

vi.hoisted(() => {
  vi.stubGlobal('localStorage', { getItem: () => 'es' })
  vi.stubGlobal('document', { documentElement: {} })
})

import type { FieldFault } from '../../src/api/http'
import { language } from '../../src/i18n'
import { sayAllWarnings, sayFailure, sayMessage, sayProblem, sayWarnings } from '../../src/messages'

const HIDDEN = { code: 'feet_hidden', message: 'The feet are hidden in 25% of the frames. Keep the feet and the floor in view.', values: { share: 0.25 } }
const OPTION = { code: 'scale_uncertain', message: 'Lengths are uncertain by 3%. Give the height of the athlete with --athlete-height.', values: { share: 0.03 } }
const UNKNOWN = { code: 'of_another_package', message: 'The athlete jumped over the moon.', values: {} }

beforeEach(() => {
  language.value = 'es'
})

describe('a message of the engine', () => {
  it('is told in the language of the page, with its values', () => {
    expect(sayMessage(HIDDEN)).toContain('25\u00a0%')
    expect(sayMessage(HIDDEN)).toMatch(/pies/)
  })
  it('writes lengths and times with the decimal sign of the language', () => {
    const small = { code: 'small_by_free_fall', message: '', values: { stature_m: 1.234 } }
    expect(sayMessage(small)).toContain('1,23\u00a0m')
    const late = { code: 'squat_seen_too_short', message: '', values: { time_s: 0.42 } }
    expect(sayMessage(late)).toContain('0,4\u00a0s')
  })
  it('speaks of what the page offers, not of the command line', () => {
    for (const code of ['en', 'es', 'fr'] as const) {
      language.value = code
      expect(sayMessage(OPTION)).not.toContain('--')
    }
  })
  it('names metrics within the sentence', () => {
    const odd = { code: 'implausible_values', message: '', values: { metrics: ['jump_height_m', 'rsi_modified'] } }
    expect(sayMessage(odd)).toContain('altura de salto, ')
  })
  it('stays English where it is not known', () => {
    expect(sayMessage(UNKNOWN)).toBe(UNKNOWN.message)
  })
})

it('a failure tells its hint too', () => {
  const failure = { code: 'slow_motion', message: 'The athlete falls about 4.0 times too slowly.', hint: '--capture-fps', reason: HIDDEN, advice: OPTION }
  expect(sayFailure(failure)).toEqual([sayMessage(HIDDEN), sayMessage(OPTION)])
})

it('a refusal by the service is told in the language of the page', () => {
  const problem = { status: 429, code: 'limit_reached', title: 'Too Many Requests', detail: 'At most 30 a minute.', hint: 'Retry-After', retryable: true }
  expect(sayProblem(problem)[0]).toMatch(/^Ha alcanzado/)
  expect(sayProblem({ ...problem, code: 'not_known' })).toEqual(['At most 30 a minute.', 'Retry-After'])
})

describe('a field that is not valid', () => {
  const problem = { status: 422, code: 'invalid_option', title: 'Unprocessable Content', detail: 'mass_kg: Must be …', hint: '', retryable: false }
  const say = (...errors: FieldFault[]): string => sayProblem({ ...problem, errors })[0]
  it('is told by its name on the page, with the values of the fault', () => {
    const range = { field: 'athlete_height_m', message: '', code: 'out_of_range', values: { minimum: 1, maximum: 2.5, unit: 'm' } }
    expect(say(range)).toBe('Estatura: Introduzca un número de 1 a 2,5 m.')
    const choice = { field: 'sex', message: '', code: 'not_a_choice', values: { choices: ['female', 'male'] } }
    expect(say(range, choice)).toMatch(/2,5 m\. Sexo: .*female, male\.$/)
  })
  it('leaves no gap where there is no unit', () => {
    expect(say({ field: 'person', message: '', code: 'too_small', values: { minimum: 0, unit: '' } })).toMatch(/al menos 0\.$/)
  })
  it('stays English where the fault is not known', () => {
    expect(say({ field: 'shoe_size', message: 'Must be polished.', code: 'dull' })).toBe('shoe size: Must be polished.')
  })
})

it('warnings without codes stay as they are', () => {
  expect(sayWarnings({ warnings: ['Old.'] })).toEqual(['Old.'])
  expect(sayWarnings({ warnings: [HIDDEN.message], messages: [HIDDEN] })).toEqual([sayMessage(HIDDEN)])
})

it('a trial shows its own warnings and those of the video, not those of another trial', () => {
  const warned = (...messages: (typeof HIDDEN | typeof OPTION | typeof UNKNOWN)[]) => ({ warnings: messages.map(({ message }) => message), messages })
  const shown = sayAllWarnings(warned(HIDDEN), { ofOthers: [warned(OPTION)], ofVideo: [warned(HIDDEN, OPTION, UNKNOWN), warned()] })
  expect(shown).toEqual([sayMessage(HIDDEN), UNKNOWN.message])
})
