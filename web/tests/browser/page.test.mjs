// The page in a real browser against the real service and the real engine, from upload to result.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { chromium } from 'playwright-core'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const SAMPLE = join(ROOT, 'docs/samples/cmj_30fps.mp4')
const TEXT_AS_VIDEO = { name: 'jump.mp4', mimeType: 'video/mp4', buffer: Buffer.from('this is no video') }
const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const PATIENCE_MS = 300_000 // a slow machine is not a fault of the page

let service, folder, browser, base

async function freePort() {
  const server = createServer()
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address()
  await new Promise((closed) => server.close(closed))
  return port
}

async function isReady(url) {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinemotion-web-'))
  const port = await freePort()
  base = `http://127.0.0.1:${port}/`
  const settings = { PORT: String(port), DATA_DIR: join(folder, 'data'), WORK_DIR: join(folder, 'work') }
  service = spawn('kinemotion-backend', [], { env: { ...process.env, ...settings }, stdio: 'ignore' })
  while (!(await isReady(`${base}ready`))) {
    assert.equal(service.exitCode, null, 'the service ended before it was ready')
    await new Promise((later) => setTimeout(later, 200))
  }
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: BROWSER_ARGUMENTS })
})

after(async () => {
  await browser?.close()
  service?.kill('SIGTERM')
  if (service?.exitCode === null) await new Promise((ended) => service.once('exit', ended))
  await rm(folder, { recursive: true, force: true })
})

/** Open the page and collect what it complains of. */
async function openPage(options = {}) {
  const page = await browser.newPage(options)
  page.setDefaultTimeout(PATIENCE_MS)
  const complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(base)
  await page.waitForSelector('form')
  return { page, complaints }
}

async function seriousViolations(page) {
  await page.evaluate(await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf-8'))
  const { violations } = await page.evaluate(() => globalThis.axe.run())
  return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes[0].html}`)
}

test('a video becomes the numbers of the engine', { timeout: 2 * PATIENCE_MS }, async () => {
  const { page, complaints } = await openPage({ viewport: { width: 1200, height: 900 }, locale: 'en-GB' })
  assert.deepEqual(await seriousViolations(page), [])
  await page.setInputFiles('input[type=file] >> nth=0', SAMPLE)
  await page.selectOption('select[name=quality]', 'fast')
  await page.click('button[type=submit]')
  await page.waitForSelector('.metric.first .value')
  const id = (await page.evaluate(() => location.hash)).split('/').at(-1)
  const { data } = await (await fetch(`${base}api/v1/analyses/${id}/result.json`)).json()
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

  await page.goto(`${base}#/history`)
  await page.waitForSelector('td a')
  assert.deepEqual(complaints, [])
  await page.close()
})

test('what is no video is refused with a reason', { timeout: PATIENCE_MS }, async () => {
  const { page } = await openPage({ locale: 'fr-FR' })
  await page.setInputFiles('input[type=file] >> nth=0', TEXT_AS_VIDEO)
  await page.click('button[type=submit]')
  await page.waitForSelector('[role=alert]')
  assert.ok((await page.textContent('[role=alert]')).length > 20)
  await page.close()
})
