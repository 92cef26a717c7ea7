// The live page where something goes wrong: a lost connection, a device that is too slow, a browser without an H.264 encoder.
import assert from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import { after, before, test } from 'node:test'

import { launchCamera, openLive, startMeasuring, turnOnCamera } from './camera.mjs'
import { analyze, assertAgrees, waitForFinal } from './comparison.mjs'
import { PATIENCE_MS, startService } from './service.mjs'

const DESKTOP = { viewport: { width: 1200, height: 900 }, locale: 'en-GB' }
const BUSY = 'This machine is too busy: pictures of the camera were lost.'
const [JPEG, H264] = [2, 3]

let service, camera, expected

before(async () => {
  service = await startService()
  camera = await launchCamera('cmj', service.folder)
  expected = await analyze('cmj', camera.clip, service.folder)
})

after(async () => {
  await camera?.browser.close()
  await service?.stop()
})

/** A way to the service whose connections can be cut. */
async function openProxy(target) {
  const cut = new Set()
  const server = createServer((client) => {
    const onward = connect(target.port, target.hostname)
    for (const [from, to] of [[client, onward], [onward, client]]) {
      cut.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
    }
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    base: `http://127.0.0.1:${server.address().port}/`,
    cut() {
      for (const socket of cut) socket.destroy()
      cut.clear()
    },
    close: () => server.close(),
  }
}

test('a lost connection comes back to the same measurement', { timeout: 3 * PATIENCE_MS }, async (context) => {
  const proxy = await openProxy(new URL(service.base))
  context.after(() => proxy.close())
  const { page } = await openLive(camera, proxy.base, DESKTOP)
  await turnOnCamera(page)
  await startMeasuring(page)
  await page.waitForFunction(() => globalThis.noted.heard.filter(({ type }) => type === 'state').length >= 3)
  proxy.cut()
  await page.waitForFunction(() => globalThis.noted.heard.filter(({ type }) => type === 'ready').length === 2)
  const [first, second] = await page.evaluate(() => globalThis.noted.heard.filter(({ type }) => type === 'ready'))
  assert.deepEqual([second.stream_id, second.is_resumed], [first.stream_id, true])
  const final = await waitForFinal(page, camera.fps)
  if (!final) return context.skip(BUSY)
  assertAgrees(final, expected)
  await page.close()
})

/** Let the clock of the pose estimator run so fast that each picture seems to cost a second. */
async function makeDeviceSlow(page) {
  await page.route('**/assets/worker-*.js', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, body: `performance.now = () => 50 * Date.now();${await answer.text()}` })
  })
}

for (const { name, codec, withoutEncoder } of [
  { name: 'a device that is too slow sends H.264 to the service', codec: H264, withoutEncoder: false },
  { name: 'without an encoder of H.264 it sends JPEG', codec: JPEG, withoutEncoder: true },
]) {
  test(name, { timeout: 3 * PATIENCE_MS }, async (context) => {
    const prepare = async (page) => {
      await makeDeviceSlow(page)
      if (withoutEncoder) await page.addInitScript(() => delete globalThis.VideoEncoder)
    }
    const { page, complaints } = await openLive(camera, service.base, { ...DESKTOP, place: 'auto', serviceWorkers: 'block', prepare })
    await page.click('.controls button.primary')
    await page.waitForSelector('.figures:has-text("This device is too slow")')
    const hasEncoder = await page.evaluate(() => globalThis.VideoEncoder?.isConfigSupported({ codec: 'avc1.42E01F', width: 360, height: 640 }).then(({ supported }) => supported) ?? false)
    if (codec === H264 && !hasEncoder) return context.skip('This browser has no encoder of H.264.')
    await startMeasuring(page)
    const final = await waitForFinal(page, camera.fps)
    if (!final) return context.skip(BUSY)
    assertAgrees(final, expected)
    const codecs = await page.evaluate(() => [...new Set(globalThis.noted.sent.map((sent) => sent.codec))])
    assert.deepEqual(codecs, [codec])
    assert.deepEqual(complaints, [])
    await page.close()
  })
}
