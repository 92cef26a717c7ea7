// A browser whose camera plays a clip, and the live page in it.
import { execFile } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { launchBrowser, openPage, ROOT } from './service.mjs'

export const run = promisify(execFile)
const MAKE_CAMERA = fileURLToPath(new URL('make_camera.py', import.meta.url))

/** Clips whose athlete stands still, moves and stands still again. */
export const CLIPS = {
  cmj: { sample: 'cmj_30fps.mp4', fps: 30, more: [] },
  dropjump: { sample: 'dropjump.mp4', fps: 60, more: ['--part', '0', '184'] },
  rj: { sample: 'dropjump.mp4', fps: 60, more: ['--rebounds', '85', '111', '127', '2'] },
}

/** How many times slower the camera plays, so that few pictures are lost: the more processes wait for each core, the slower. */
function chooseSlowness() {
  const waiting = loadavg()[0] / availableParallelism()
  return waiting < 2 ? 8 : waiting < 4 ? 16 : 24
}

/** A browser whose camera plays the clip of a movement again and again; `clip` is the same as a video. */
export async function launchCamera(movement, folder) {
  const { sample, more } = CLIPS[movement]
  const [camera, clip] = ['y4m', 'mp4'].map((kind) => join(folder, `${movement}.${kind}`))
  await run('python', [MAKE_CAMERA, join(ROOT, 'docs/samples', sample), camera, clip, '--slower', String(chooseSlowness()), ...more])
  const browser = await launchBrowser('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${camera}`)
  return { browser, clip, fps: CLIPS[movement].fps }
}

/** Open the live page with the clip's own clock, and note when pictures and results came. */
export async function openLive({ browser, fps }, base, { place = 'device', prepare = async () => {}, ...options } = {}) {
  const { page, complaints } = await openPage(browser, 'about:blank', { permissions: ['camera'], ...options })
  await page.addInitScript(watch, fps)
  await prepare(page)
  await page.goto(`${base}#/live`)
  await page.selectOption('select[name=place]', place)
  return { page, complaints }
}

/** Runs in the page: reads the number that stands in each picture, as a camera's even clock. `shown` tells when each picture
 * was shown, `sent` and `heard` what the stream carried. */
function watch(fps) {
  const [BITS, BLOCK] = [10, 8]
  const noted = { shown: new Map(), sent: [], heard: [], number: 0, showings: 0 }
  globalThis.noted = noted
  const corner = new OffscreenCanvas(BITS, 1).getContext('2d', { willReadFrequently: true })
  let earlier = 0
  const readClock_s = (video) => {
    corner.drawImage(video, 0, 0, BITS * BLOCK, BLOCK, 0, 0, BITS, 1)
    const { data } = corner.getImageData(0, 0, BITS, 1)
    let number = 0
    for (let bit = 0; bit < BITS; bit++) number += data[4 * bit] > 127 ? 2 ** bit : 0
    if (number < noted.number) {
      earlier += noted.number + 1 // the clip begins again
      noted.showings++
    }
    noted.number = number
    return (earlier + number) / fps
  }
  const original = HTMLVideoElement.prototype.requestVideoFrameCallback
  HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
    return original.call(this, (now, metadata) => {
      const time_s = readClock_s(this)
      noted.shown.set(Math.round(time_s * 1e6), performance.now())
      callback(now, { ...metadata, captureTime: 1e3 * time_s, mediaTime: time_s })
    })
  }
  globalThis.WebSocket = class extends globalThis.WebSocket {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', ({ data }) => {
        noted.heard.push({ at_ms: performance.now(), ...JSON.parse(data) })
      })
    }
    send(data) {
      if (data instanceof Uint8Array) {
        const view = new DataView(data.buffer)
        noted.sent.push({ at_ms: performance.now(), codec: view.getUint8(1), time_us: Number(view.getBigInt64(8, true)) })
      }
      super.send(data)
    }
  }
}

export async function turnOnCamera(page) {
  await page.click('.controls button.primary')
  await page.waitForSelector('.checks li.passed')
}

/** Begin with the clip, so that one showing of it is enough. */
export async function startMeasuring(page) {
  await page.waitForFunction(() => globalThis.noted.number < 8)
  await page.click('.controls button.primary')
  await page.waitForSelector('.connection.connected')
}

/** Seconds from the landing to the first provisional and to the first final result: those that the movement must go on
 * until the result is sure, on the camera's clock, and those that the device needs from that picture on until it has sent the
 * body in it, and then service and page until the result is there. */
export function readDelays(page) {
  return page.evaluate(() => {
    const { shown, sent, heard } = globalThis.noted
    const delays = {}
    for (const { type, at_ms, timestamp_ms, trial, final } of heard) {
      const name = final ? 'final' : 'provisional'
      const landing = trial?.events.findLast((event) => event.name === 'landing')
      if (type !== 'metric_update' || delays[name] || trial.problem || !landing) continue
      const moved_s = timestamp_ms / 1000 - sent[0].time_us / 1e6 - landing.time_s
      const time_us = Math.round(timestamp_ms * 1000)
      const sent_ms = sent.find((record) => record.time_us === time_us)?.at_ms
      delays[name] = { moved_s, found_s: (sent_ms - shown.get(time_us)) / 1000, measured_s: (at_ms - sent_ms) / 1000 }
    }
    return delays
  })
}

/** Wait for a result with its interval, and return the numbers of its first card as they are shown. */
export async function readCard(page, stage) {
  const shown = await page.waitForFunction((name) => {
    const card = document.querySelector(`.last.${name} .metric.first`)
    const [value, interval] = ['.value', '.interval'].map((part) => card?.querySelector(part)?.textContent.match(/-?\d+(\.\d+)?/g).map(Number))
    return interval && { value: value[0], low: interval.at(-2), high: interval.at(-1) }
  }, stage)
  return shown.jsonValue()
}
