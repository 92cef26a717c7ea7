import { expect, test } from 'vitest'

import type { Athlete } from '../../src/api/people'
import { makeQueue } from '../../src/team/queue'

const TEAM = ['Ana', 'Ben', 'Cem', 'Dan'].map((name): Athlete => ({ athlete_id: name, name, sex: null, height_m: null, mass_kg: null }))

function names(athletes: readonly Athlete[]): string {
  return athletes.map(({ name }) => name).join()
}

test('athletes come in their order, and those with a result are done', () => {
  const { waiting, done } = makeQueue(TEAM, { measured: new Set(['Ben']), skipped: [] })
  expect([names(waiting), names(done)]).toEqual(['Ana,Cem,Dan', 'Ben'])
})

test('who is skipped comes last; who is skipped again comes after them', () => {
  const order = (skipped: string[]): string => names(makeQueue(TEAM, { measured: new Set(), skipped }).waiting)
  expect(order(['Ana'])).toBe('Ben,Cem,Dan,Ana')
  expect(order(['Ana', 'Ben', 'Ana'])).toBe('Cem,Dan,Ben,Ana')
})
