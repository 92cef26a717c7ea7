// The page in a real browser against the real service and the real engine, from upload to result.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { launchBrowser, openPage, PATIENCE_MS, ROOT, seriousViolations, startService } from './service.mjs'

const SAMPLE = join(ROOT, 'docs/samples/cmj_30fps.mp4')
const TEXT_AS_VIDEO = { name: 'jump.mp4', mimeType: 'video/mp4', buffer: Buffer.from('this is no video') }

let service, browser

before(async () => {
  service = await startService()
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await service?.stop()
})

async function visit(options) {
  const opened = await openPage(browser, service.base, options)
  await opened.page.waitForSelector('form')
  return opened
}

test('a video becomes the numbers of the engine', { timeout: 2 * PATIENCE_MS }, async () => {
  const { page, complaints } = await visit({ viewport: { width: 1200, height: 900 }, locale: 'en-GB' })
  assert.deepEqual(await seriousViolations(page), [])
  await page.setInputFiles('input[type=file] >> nth=0', SAMPLE)
  await page.selectOption('select[name=quality]', 'fast')
  await page.click('button[type=submit]')
  await page.waitForSelector('.metric.first .value')
  const id = (await page.evaluate(() => location.hash)).split('/').at(-1)
  const { data } = await (await fetch(`${service.base}api/v1/analyses/${id}/result.json`)).json()
  const shown = await page.textContent('.metric.first .value')
  assert.equal(Number.parseFloat(shown), Number((100 * data.jump_height_m).toFixed(1)))
  await page.waitForSelector('.plot canvas')
  assert.ok((await page.$$('.plot')).length >= 4)
  assert.deepEqual(await seriousViolations(page), [])

  await page.focus('.frame-video')
  const before = await page.textContent('.steps output')
  await page.keyboard.press('ArrowRight')
  await page.waitForFunction((text) => document.querySelector('.steps output').textContent !== text, before)

  await page.selectOption('header select >> nth=0', 'es')
  await page.waitForFunction(() => document.querySelector('h1').textContent.startsWith('Resultado'))
  assert.match(await page.textContent('.metric.first .value'), /^\d+,\d/)
  await page.selectOption('header select >> nth=1', 'dark')
  await page.setViewportSize({ width: 390, height: 844 })
  assert.deepEqual(await seriousViolations(page), [])
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(width <= 390, `the page is ${width} px wide on a phone of 390 px`)

  await page.goto(`${service.base}#/history`)
  await page.waitForSelector('td a')
  assert.deepEqual(complaints, [])
  await page.close()
})

test('what is no video is refused with a reason', { timeout: PATIENCE_MS }, async () => {
  const { page } = await visit({ locale: 'fr-FR' })
  await page.setInputFiles('input[type=file] >> nth=0', TEXT_AS_VIDEO)
  await page.click('button[type=submit]')
  await page.waitForSelector('[role=alert]')
  assert.ok((await page.textContent('[role=alert]')).length > 20)
  await page.close()
})
