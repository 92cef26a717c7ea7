// Links to results, trends, keys and webhooks on the page, against the real service and the real engine.
import assert from 'node:assert/strict'
import { openAsBlob } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { launchBrowser, openPage, PATIENCE_MS, ROOT, seriousViolations, startService } from './service.mjs'
import { weighPage } from './weight.mjs'

const DAYS = [
  ['2026-11-06', 'cmj.mp4'],
  ['2026-11-13', 'cmj_30fps.mp4'],
]
const PHONE = { width: 390, height: 844 }
const DESKTOP = { width: 1280, height: 900 }

let service, browser, athlete, analyses

before(async () => {
  service = await startService({ WEBHOOK_ALLOW: '127.0.0.1' })
  browser = await launchBrowser()
  athlete = (await create('athletes', { name: 'Ana Ruiz' })).athlete_id
  const asked = await Promise.all(DAYS.map(([day, clip]) => submit(day, clip)))
  analyses = await Promise.all(asked.map(({ analysis_id }) => waitFor(analysis_id)))
})

after(async () => {
  await browser?.close()
  await service?.stop()
})

async function ask(path, init) {
  const answer = await fetch(`${service.base}api/v1/${path}`, init)
  assert.ok(answer.ok, `${path}: ${answer.status}`)
  return answer.json()
}

function create(path, body) {
  return ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })
}

async function submit(day, clip) {
  const { session_id } = await create('sessions', { title: 'Jump test', held_on: day })
  const form = new FormData()
  const settings = { sport_type: 'cmj', quality: 'fast', athlete_id: athlete, session_id, outputs: '["overlay","trajectories"]' }
  for (const [name, value] of Object.entries(settings)) form.set(name, value)
  form.set('video', await openAsBlob(join(ROOT, 'docs/samples', clip)), clip)
  return ask('analyses', { method: 'POST', body: form })
}

async function waitFor(id) {
  for (;;) {
    const analysis = await ask(`analyses/${id}`)
    if (analysis.status === 'completed') return analysis
    assert.ok(['queued', 'running'].includes(analysis.status), JSON.stringify(analysis.error))
    await new Promise((later) => setTimeout(later, 200))
  }
}

async function isWithin(page, width) {
  const shown = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(shown <= width, `the page is ${shown} px wide on a screen of ${width} px`)
}

test('a link shows the result without a key, until it is ended', { timeout: PATIENCE_MS }, async () => {
  const owner = await openPage(browser, `${service.base}#/analyses/${analyses[0].analysis_id}`, { viewport: DESKTOP, locale: 'en-GB' })
  await owner.page.click('.share summary')
  await owner.page.selectOption('.share select', { label: '1 day' })
  await owner.page.click('.share button.primary')
  const link = await owner.page.inputValue('.share .once input')
  assert.match(link, /\/shared\/[\w-]{43}$/)
  assert.deepEqual(await seriousViolations(owner.page), [])

  const visitor = await openPage(browser, link, { viewport: PHONE, locale: 'en-GB', colorScheme: 'dark' })
  const asked = []
  visitor.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await visitor.page.reload()
  await visitor.page.waitForSelector('.plot canvas')
  await visitor.page.waitForFunction(() => document.querySelector('video').readyState >= 1)
  const height = await visitor.page.textContent('.metric.first .value')
  assert.equal(Number.parseFloat(height), Number((100 * analyses[0].result.data.jump_height_m).toFixed(1)))
  assert.equal(await visitor.page.$('.events'), null)
  assert.equal(await visitor.page.$('nav'), null)
  assert.doesNotMatch(await visitor.page.content(), /Ana Ruiz/)
  const allowed = /^\/(shared\/|assets\/|api\/v1\/shared\/|api\/v1\/sports$|icon.svg|manifest)/
  assert.deepEqual(asked.filter((path) => !allowed.test(path)), [])
  assert.deepEqual(await seriousViolations(visitor.page), [])
  await isWithin(visitor.page, PHONE.width)
  assert.deepEqual(visitor.complaints, [])

  await owner.page.click('.share .rows button')
  await owner.page.waitForFunction(() => document.querySelector('.share .rows') === null)
  await visitor.page.reload()
  await visitor.page.waitForSelector('[role=alert]')
  assert.match(await visitor.page.textContent('[role=alert]'), /Ask the person who sent it/)
  assert.deepEqual(owner.complaints, [])
  await visitor.page.context().close()
  await owner.page.context().close()
})

test('trends show each day with its interval, and say what a change means', { timeout: PATIENCE_MS }, async () => {
  const { page, complaints } = await openPage(browser, `${service.base}#/history`, { viewport: DESKTOP, locale: 'en-GB' })
  await page.click('td a:has-text("Ana Ruiz")')
  await page.waitForSelector('.trend circle')
  const [trend] = await ask(`athletes/${athlete}/trends?metric=jump_height_m`)
  const first = page.locator('section.card', { has: page.locator('.trend') }).first()
  assert.equal(await first.locator('.trend circle').count(), DAYS.length)
  const shown = await first.locator('tbody tr').last().locator('td').allTextContents()
  const change = trend.days[1]
  assert.equal(shown[0], `${(100 * change.value).toFixed(1)}\u00a0cm`)
  const half = (day) => (day.value_interval[1] - day.value_interval[0]) / 2
  const expected = Math.hypot(half(trend.days[0]), half(trend.days[1]))
  const [low, high] = shown[4].replaceAll('\u2212', '-').split(' to ').map(Number)
  assert.ok(Math.abs((high - low) / 2 - 100 * expected) < 0.11, `${shown[4]} against ± ${100 * expected}`)
  assert.match(shown[5], low > 0 || high < 0 ? /larger than the/ : /within the measurement’s error/)
  assert.match(await page.textContent('main'), /root of the sum of the squared/)

  const sides = page.locator('section.card', { hasText: 'Compare two sessions' })
  await sides.locator('select').first().selectOption({ index: 2 })
  await sides.locator('select').last().selectOption({ index: 1 })
  await sides.locator('tbody tr').first().waitFor()
  assert.deepEqual(await seriousViolations(page), [])
  await page.setViewportSize(PHONE)
  await isWithin(page, PHONE.width)
  assert.deepEqual(complaints, [])
  await page.context().close()
})

test('two jumps stand side by side, locked at take-off', { timeout: PATIENCE_MS }, async () => {
  const ids = analyses.map(({ analysis_id }) => analysis_id)
  const { page, complaints } = await openPage(browser, `${service.base}#/compare?a=${ids[0]}&b=${ids[1]}`, { viewport: DESKTOP, locale: 'en-GB' })
  await page.waitForSelector('.side-by-side .plot:nth-of-type(2) canvas')
  const takeoffs = await Promise.all(
    ids.map(async (id) => {
      const { trials } = await ask(`analyses/${id}/result.json`)
      return trials[0].events.find(({ name }) => name === 'takeoff').time_s
    }),
  )
  const readTimes = () => page.$$eval('.side-by-side output', (shown) => shown.map((each) => Number.parseFloat(each.textContent)))
  const shown_s = await readTimes()
  for (const [side, takeoff_s] of takeoffs.entries()) assert.ok(Math.abs(shown_s[side] - takeoff_s) < 0.00051, `${shown_s} are not ${takeoffs}`)
  await page.locator('.side-by-side .frame-video').first().focus()
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight')
  await page.waitForFunction((before) => Number.parseFloat(document.querySelector('.side-by-side output').textContent) > before + 0.03, takeoffs[0])
  const [first, second] = await readTimes()
  assert.ok(Math.abs(first - takeoffs[0] - (second - takeoffs[1])) < 0.0021)
  await page.setViewportSize(PHONE)
  await isWithin(page, PHONE.width)
  assert.deepEqual(complaints, [])
  await page.context().close()
})

test('a key is shown once, used, and ended', { timeout: PATIENCE_MS }, async () => {
  const { page, complaints } = await openPage(browser, `${service.base}#/settings`, { viewport: DESKTOP, locale: 'en-GB' })
  page.on('dialog', (dialog) => void dialog.accept())
  await page.waitForSelector('text=lets you in without a key')
  const keys = page.locator('section.card', { has: page.locator('h2:text-is("API keys")') })
  await keys.locator('input[name=name]').fill('Tablet')
  await keys.locator('select[name=tier]').selectOption('pro')
  await keys.locator('select[name=days]').selectOption('30')
  await keys.locator('input[value="analyses:write"]').uncheck()
  await keys.locator('button[type=submit]').click()
  const key = await keys.locator('.once input').inputValue()
  const asTablet = { headers: { Authorization: `Bearer ${key}` } }
  assert.equal((await ask('usage', asTablet)).tier, 'pro')
  await page.reload()
  await keys.locator('tbody tr').waitFor()
  assert.equal(await keys.locator('.once').count(), 0)
  const row = await keys.locator('tbody tr').first().textContent()
  assert.match(row, /Tablet/)
  assert.doesNotMatch(row, /Not yet|Start, share/)
  assert.deepEqual(await seriousViolations(page), [])
  await keys.locator('tbody button').click()
  await keys.locator('tbody >> text=Ended').waitFor()
  assert.equal((await fetch(`${service.base}api/v1/usage`, asTablet)).status, 401)

  await page.fill('input[name=key]', key)
  await page.click('form:has(input[name=key]) button')
  await page.waitForSelector('text=does not know this key')
  await page.setViewportSize(PHONE)
  await isWithin(page, PHONE.width)
  assert.deepEqual(complaints.filter((text) => !text.includes('401')), [])
  await page.context().close()
})

test('a webhook is added, tested and deleted', { timeout: PATIENCE_MS }, async () => {
  const heard = []
  const receiver = createServer((request, answer) => {
    heard.push(request.headers['webhook-id'])
    answer.end()
  })
  await new Promise((ready) => receiver.listen(0, '127.0.0.1', ready))
  const { page, complaints } = await openPage(browser, `${service.base}#/settings`, { viewport: DESKTOP, locale: 'en-GB' })
  page.on('dialog', (dialog) => void dialog.accept())
  const webhooks = page.locator('section.card', { has: page.locator('h2:text-is("Webhooks")') })
  await webhooks.locator('input[name=url]').fill(`http://127.0.0.1:${receiver.address().port}/told`)
  await webhooks.locator('button[type=submit]').click()
  assert.match(await webhooks.locator('.once input').inputValue(), /^whsec_/)
  await webhooks.locator('text=Send a test').click()
  await webhooks.locator('td:text-is("Delivered")').waitFor()
  assert.equal(heard.length, 1)
  assert.deepEqual(await seriousViolations(page), [])
  await webhooks.locator('article >> text=Delete').click()
  await webhooks.locator('article').waitFor({ state: 'detached' })
  assert.deepEqual(await ask('webhooks'), { items: [] })
  assert.deepEqual(complaints, [])
  receiver.close()
  await page.context().close()
})

test('a result is printed with all its metrics, in light colours', { timeout: PATIENCE_MS }, async () => {
  const opened = await openPage(browser, `${service.base}#/analyses/${analyses[0].analysis_id}`, { viewport: DESKTOP, colorScheme: 'dark', locale: 'en-GB' })
  const { page } = opened
  await page.waitForSelector('.plot canvas')
  const printed = page.evaluate(
    () => new Promise((done) => (window.print = () => done(getComputedStyle(document.body).backgroundColor))),
  )
  await page.click('button:has-text("Print or save as PDF")')
  assert.equal(await printed, 'rgb(246, 247, 249)')
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')))
  assert.equal(await page.getAttribute('html', 'data-drawn'), 'dark', 'curves that were drawn for a dark page are inverted on paper')
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1')
  assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 2, 'numbers and curves are on the first page, the table of all metrics on the second')
  assert.equal(await page.locator('details.all-metrics').getAttribute('open'), null)
  await page.context().close()
})

test('no page has a serious violation or is wider than its screen, in light and in dark', { timeout: PATIENCE_MS }, async () => {
  const { analysis_id } = analyses[0]
  const { path } = await create(`analyses/${analysis_id}/shares`, {})
  const compared = `compare?a=${analysis_id}&b=${analyses[1].analysis_id}`
  const names = ['measure', 'live', 'team', 'history', compared, `trends?athlete=${athlete}`, 'settings', `analyses/${analysis_id}`, 'nothing']
  const pages = [...names.map((name) => `#/${name}`), path.slice(1), `shared/${'A'.repeat(43)}`]
  const looks = [
    { colorScheme: 'light', viewport: PHONE, locale: 'es-ES' },
    { colorScheme: 'dark', viewport: DESKTOP, locale: 'fr-FR' },
  ]
  for (const look of looks) {
    const { page } = await openPage(browser, service.base, look)
    for (const name of pages) {
      await page.goto(`${service.base}${name}`)
      await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('p[role=status]'))
      assert.deepEqual(await seriousViolations(page), [], `${name}, ${look.colorScheme}`)
      await isWithin(page, look.viewport.width)
    }
    await page.context().close()
  }
})

test('the page weighs less than 400 kB', { timeout: PATIENCE_MS }, async () => {
  const { page } = await openPage(browser, `${service.base}#/analyses/${analyses[0].analysis_id}`, { viewport: DESKTOP })
  await page.waitForSelector('.plot canvas')
  const weight = await weighPage(page)
  assert.ok(weight > 20_000 && weight < 400_000, `${weight} bytes`)
  await page.context().close()
})

test('with a key in use, files are saved with it', { timeout: PATIENCE_MS }, async () => {
  const { page, complaints } = await openPage(browser, service.base, { viewport: DESKTOP, locale: 'en-GB' })
  const { key } = await create('keys', { name: 'Tablet', scopes: ['analyses:read', 'athletes:read'] })
  await page.evaluate((kept) => localStorage.setItem('kinemotion-api-key', kept), key)
  await page.goto(`${service.base}#/analyses/${analyses[0].analysis_id}`)
  await page.waitForFunction(() => document.querySelector('video')?.readyState >= 1) // its file is fetched, too
  const asked = page.waitForRequest((request) => request.url().endsWith('/overlay.mp4') && request.resourceType() === 'fetch')
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('.downloads a[href$="/overlay.mp4"]')])
  assert.equal((await asked).headers().authorization, `Bearer ${key}`)
  assert.equal(file.suggestedFilename(), 'cmj-overlay.mp4')
  assert.equal((await readFile(await file.path())).length, analyses[0].files.find((one) => one.name === 'overlay.mp4').size_bytes)
  assert.deepEqual(complaints, [])
})
