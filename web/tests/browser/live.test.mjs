// The live page in a real browser: clips are played into its camera, the body is found in the browser itself.
import assert from 'node:assert/strict'
import { loadavg } from 'node:os'
import { after, before, describe, test } from 'node:test'

import { CLIPS, launchCamera, openLive, readCard, readDelays, startMeasuring, turnOnCamera } from './camera.mjs'
import { analyze, assertAgrees, waitForFinal } from './comparison.mjs'
import { PATIENCE_MS, seriousViolations, startService } from './service.mjs'

const DESKTOP = { viewport: { width: 1200, height: 900 }, locale: 'en-GB' }

let service

before(async () => {
  service = await startService()
})

after(async () => {
  await service?.stop()
})

describe('a movement in front of the camera becomes the numbers of the command line', { concurrency: 2 }, () => {
  for (const movement of Object.keys(CLIPS)) {
    test(movement, { timeout: 3 * PATIENCE_MS }, async (context) => {
      const camera = await launchCamera(movement, service.folder)
      try {
        const expected = await analyze(movement, camera.clip, service.folder)
        const { page, complaints } = await openLive(camera, service.base, DESKTOP)
        await page.selectOption('select[name=movement]', movement)
        await turnOnCamera(page)
        await startMeasuring(page)
        const final = await waitForFinal(page, camera.fps)
        if (!final) return context.skip('This machine is too busy: pictures of the camera were lost.')
        assertAgrees(final, expected)
        const { value, low, high } = await readCard(page, 'final')
        assert.ok(low <= value && value <= high, `${value} is not between ${low} and ${high}`)
        assert.deepEqual(await seriousViolations(page), [])
        await page.setViewportSize({ width: 390, height: 844 })
        const width = await page.evaluate(() => globalThis.document.documentElement.scrollWidth)
        assert.ok(width <= 390, `the page is ${width} px wide on a phone of 390 px`)
        assert.deepEqual(complaints, [])
        for (const [name, { moved_s, found_s, measured_s }] of Object.entries(await readDelays(page))) {
          const [moved, found, measured] = [moved_s, found_s, measured_s].map((value) => `${value.toFixed(2)} s`)
          context.diagnostic(`${name} result of ${movement}: ${moved} of movement after the landing, ${found} to find the body, ${measured} to measure, load ${loadavg()[0].toFixed(1)}`)
        }
      } finally {
        await camera.browser.close()
      }
    })
  }
})

test('the live page opens and finds the body without a connection', { timeout: PATIENCE_MS }, async () => {
  const camera = await launchCamera('cmj', service.folder)
  try {
    const { page } = await openLive(camera, service.base, DESKTOP)
    await page.evaluate(() => navigator.serviceWorker.ready)
    await turnOnCamera(page)
    await page.context().setOffline(true)
    await page.reload()
    await page.selectOption('select[name=place]', 'device')
    await turnOnCamera(page)
    assert.match(await page.textContent('.checks'), /Whole body: good/)
  } finally {
    await camera.browser.close()
  }
})
