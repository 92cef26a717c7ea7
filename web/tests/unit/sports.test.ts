import { readFileSync } from 'node:fs'

import { expect, it } from 'vitest'

import { firstRead } from '../../src/sports'

interface Movement {
  name: string
  metrics: { key: string }[]
}

const { movements } = JSON.parse(readFileSync('../docs/contract/examples/movements.json', 'utf-8')) as { movements: Movement[] }

it.each(movements)('$name has the metrics that a coach reads first', ({ name, metrics }) => {
  const declared = metrics.map(({ key }) => key)
  expect(declared).toEqual(expect.arrayContaining([...firstRead(name)]))
  expect(firstRead(name).length).toBeGreaterThan(1)
})
