// The page in a real browser against the real service and the real engine, from upload to result.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'

import { launchBrowser, openPage, PATIENCE_MS, ROOT, seriousViolations, startService } from './service.mjs'

const run = promisify(execFile)
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

test('pages without a result lead to the first one', { timeout: PATIENCE_MS }, async () => {
  const { page } = await visit({ viewport: { width: 390, height: 844 }, locale: 'fr-FR', colorScheme: 'dark' })
  for (const name of ['history', 'compare', 'trends', 'team', 'nothing', 'analyses/ana_nothing']) {
    await page.goto(`${service.base}#/${name}`)
    await page.waitForFunction((hash) => location.hash === hash && document.querySelector('h1') && !document.querySelector('p[role=status]'), `#/${name}`)
    assert.deepEqual(await seriousViolations(page), [], name)
    if (['history', 'compare', 'trends', 'nothing'].includes(name)) await page.waitForSelector('main a.button[href$="#/measure"]')
  }
  await page.close()
})

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

/** Open a result, and return its address and its document once it is shown. */
async function readShown(page) {
  await page.waitForSelector('.metric.first .value')
  const id = (await page.evaluate(() => location.hash)).split('/').at(-1)
  return { id, document: await (await fetch(`${service.base}api/v1/analyses/${id}/result.json`)).json() }
}

test('a corrected event gives the numbers of the command line, and can be undone', { timeout: 2 * PATIENCE_MS }, async () => {
  const { page, complaints } = await visit({ viewport: { width: 1200, height: 900 }, locale: 'en-GB' })
  await page.setInputFiles('input[type=file] >> nth=0', SAMPLE)
  await page.selectOption('select[name=quality]', 'fast')
  await page.click('button[type=submit]')
  const first = await readShown(page)
  const takeoff = first.document.trials[0].events.find(({ name }) => name === 'takeoff')

  const plot = page.locator('.plot .u-over').first()
  await plot.scrollIntoViewIfNeeded()
  const box = await plot.boundingBox()
  const [start, end] = [first.document.trials[0].start_s, first.document.trials[0].end_s]
  const x = box.x + (box.width * (takeoff.time_s - start)) / (end - start)
  await page.mouse.move(x, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(x + 8, box.y + box.height / 2, { steps: 4 })
  await page.mouse.up()
  await page.waitForSelector('.events tr.clear')
  assert.deepEqual(await seriousViolations(page), [])
  await page.click('.events button.primary')
  await page.waitForFunction((id) => !location.hash.endsWith(id), first.id)
  const second = await readShown(page)
  const moved = second.document.trials[0].events.find(({ name }) => name === 'takeoff')
  assert.equal(moved.automatic_s, takeoff.time_s)
  assert.ok(moved.time_s > takeoff.time_s)
  const target = join(service.folder, 'corrected.json')
  const events = JSON.stringify([{ name: 'takeoff', time_s: moved.time_s }])
  await run('kinemotion', ['cmj-analyze', SAMPLE, '--quality', 'fast', '--events', events, '--json', target])
  assert.deepEqual(second.document.data, JSON.parse(await readFile(target, 'utf-8')).data)

  await page.click('.events tr.clear button:has-text("Undo")')
  await page.click('.events button.primary')
  await page.waitForFunction((id) => location.hash.endsWith(id), first.id)
  assert.deepEqual(complaints, [])
  await page.close()
})

test('what is no video is refused with a reason in the language of the page', { timeout: PATIENCE_MS }, async () => {
  const { page } = await visit({ locale: 'fr-FR' })
  await page.setInputFiles('input[type=file] >> nth=0', TEXT_AS_VIDEO)
  await page.click('button[type=submit]')
  await page.waitForSelector('[role=alert]')
  assert.match(await page.textContent('[role=alert]'), /n’est pas une vidéo/)
  await page.close()
})

test('a result lands in the history of a new athlete, whose body the service knows', { timeout: PATIENCE_MS }, async () => {
  const { page, complaints } = await visit({ viewport: { width: 390, height: 844 }, locale: 'es-ES' })
  await page.setInputFiles('input[type=file] >> nth=0', join(ROOT, 'docs/samples/running.mp4'))
  await page.selectOption('select[name=athlete]', 'new')
  await page.fill('[name=athlete_name]', 'Eva Sanz')
  await page.fill('[name=height_m]', '1.72')
  await page.fill('[name=mass_kg]', '61')
  assert.deepEqual(await seriousViolations(page), [])
  await page.selectOption('select[name=quality]', 'fast')
  await page.click('button[type=submit]') // a run taken for a jump is refused
  await page.waitForSelector('.problem')
  assert.doesNotMatch(await page.textContent('.problem'), /--|-analyze| the /)
  await page.waitForFunction(() => document.querySelector('.seen video')?.readyState > 0) // the overlay shows what was seen
  assert.deepEqual(await page.$$eval('.downloads a[download]', (links) => links.map((link) => link.pathname.split('/').at(-1))), ['report.html', 'overlay.mp4'])
  assert.deepEqual(await seriousViolations(page), [])
  await page.click('.problem a.button')
  await page.waitForFunction(() => document.querySelector('select[name=athlete]')?.selectedOptions[0].textContent === 'Eva Sanz')
  await page.setInputFiles('input[type=file] >> nth=0', SAMPLE)
  await page.selectOption('select[name=quality]', 'fast')
  await page.click('button[type=submit]')
  const { document } = await readShown(page)
  const { height_m, mass_kg } = document.metadata.algorithm.settings.athlete
  assert.deepEqual([height_m, mass_kg], [1.72, 61])
  await page.click('a:has-text("Ver cómo cambian los resultados")')
  await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'Evolución')
  await page.waitForSelector('td.number')
  assert.deepEqual(complaints, [])
  await page.close()
})
