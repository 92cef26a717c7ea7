import { describe, expect, it } from 'vitest'

import en from '../../src/i18n/en.json'
import engineEn from '../../src/i18n/engine.en.json'
import engineEs from '../../src/i18n/engine.es.json'
import engineFr from '../../src/i18n/engine.fr.json'
import es from '../../src/i18n/es.json'
import fr from '../../src/i18n/fr.json'

const gaps = (text: string): string[] => [...text.matchAll(/\{\w+[^}]*\}/g)].map(String).sort()

describe.each([
  ['es', es, engineEs],
  ['fr', fr, engineFr],
])('%s', (_, page, engine) => {
  it('has every message of the page, with the same gaps', () => {
    expect(Object.keys(page).sort()).toEqual(Object.keys(en).sort())
    for (const [key, text] of Object.entries(en)) expect(gaps(page[key as keyof typeof page])).toEqual(gaps(text))
  })
  it('has every name of the engine', () => {
    expect(Object.keys(engine).sort()).toEqual(Object.keys(engineEn).sort())
  })
})

describe.each([
  ['en', en, engineEn],
  ['es', es, engineEs],
  ['fr', fr, engineFr],
])('the messages in %s', (_, page, engine) => {
  const shown: Record<string, string> = { ...engine, ...page }
  it.each(Object.keys(shown).filter((key) => key.startsWith('message.')))('%s is told without words of the command line', (key) => {
    expect(shown[key]).not.toMatch(/ --[a-z]|\w-analyze|`|\bcommande?s?\b|\bcomandos?\b/i)
  })
})

it.each(Object.entries({ en, es, fr }))('in %s a sign stays with its word: hard spaces before %, and in French before : ; ! ? and within « »', (name, page) => {
  const loose = name === 'fr' ? / [%:;!?»]|« / : / %/
  expect(Object.values<string>(page).filter((text) => loose.test(text))).toEqual([])
})

it('what the page words anew is a message of the engine, with its values', () => {
  const own = Object.entries<string>(en).filter(([key]) => key.startsWith('message.'))
  for (const [key, text] of own) {
    const template = engineEn[key as keyof typeof engineEn]
    expect(template, key).toBeDefined()
    for (const gap of text.match(/\{\w+/g) ?? []) expect(template).toContain(gap)
  }
})

it('has no message that no part of the page shows', () => {
  const sources = Object.values(import.meta.glob<string>('../../src/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true })).join('\n')
  const families = [...sources.matchAll(/`([\w.]+\.)\$\{/g)].map(([, start = '']) => start)
  const unused = Object.keys(en).filter((key) => !sources.includes(`'${key}'`) && !families.some((start) => key.startsWith(start)))
  expect(unused).toEqual([])
})
