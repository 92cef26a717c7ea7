import { describe, expect, it } from 'vitest'

import en from '../../src/i18n/en.json'
import engineEn from '../../src/i18n/engine.en.json'
import engineEs from '../../src/i18n/engine.es.json'
import engineFr from '../../src/i18n/engine.fr.json'
import es from '../../src/i18n/es.json'
import fr from '../../src/i18n/fr.json'

const gaps = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort()

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
