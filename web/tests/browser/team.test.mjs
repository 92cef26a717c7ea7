// A team and its testing day in a real browser, against the real service and the real engine.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

import { launchBrowser, openPage, PATIENCE_MS, ROOT, seriousViolations, startService } from './service.mjs'

const SAMPLE = join(ROOT, 'docs/samples/cmj_30fps.mp4')
const NAMES = ['Ana', 'Ben']

let service, browser

before(async () => {
  service = await startService()
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  await service?.stop()
})

async function makeTeam(page) {
  await page.fill('input[name=team_name]', 'U18')
  await page.keyboard.press('Enter')
  for (const [index, name] of NAMES.entries()) {
    await page.fill('input[name=athlete_name]', name)
    await page.fill('input[name=mass_kg]', String(60 + index))
    await page.keyboard.press('Enter')
    await page.waitForSelector(`tbody th:has-text("${name}")`)
  }
}

function waitForTurn(page, name) {
  return page.waitForSelector(`.turn .athlete:has-text("${name}")`)
}

async function readTable(page) {
  const rows = await page.$$eval('[aria-labelledby=table] tbody tr', (found) => found.map((row) => [...row.children].map((cell) => cell.textContent)))
  return Object.fromEntries(rows.map(([name, , best, , attempts]) => [name, { best: Number.parseFloat(best), attempts: Number(attempts) }]))
}

test('a team goes through its testing day, one athlete after the other', { timeout: 3 * PATIENCE_MS }, async () => {
  const { page, complaints } = await openPage(browser, `${service.base}#/team`, { viewport: { width: 390, height: 844 }, locale: 'en-GB' })
  await makeTeam(page)
  assert.deepEqual(await seriousViolations(page), [])
  await page.click('button:has-text("Begin a testing day")')

  await waitForTurn(page, 'Ana')
  await page.click('button:has-text("Skip")')
  await waitForTurn(page, 'Ben')
  await page.setInputFiles('input[name=video]', SAMPLE)
  await page.click('button:has-text("Next: Ana")')
  await waitForTurn(page, 'Ana')
  await page.setInputFiles('input[name=video]', SAMPLE)
  await page.waitForSelector('.attempts li.completed .badge')
  await page.click('button:has-text("Finish")')
  await page.waitForSelector('.turn:has-text("All athletes are done.")')

  const id = (await page.evaluate(() => location.hash)).split('/').at(-1)
  await page.waitForFunction(() => document.querySelectorAll('[aria-labelledby=table] tbody a').length === 2)
  const { entries } = await (await fetch(`${service.base}api/v1/sessions/${id}/results`)).json()
  const table = await readTable(page)
  for (const { name, best, results } of entries) {
    assert.deepEqual(table[name], { best: Number((100 * best.result.data.jump_height_m).toFixed(1)), attempts: results })
  }
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("CSV")')])
  const lines = (await readFile(await file.path(), 'utf-8')).split('\n')
  assert.ok(NAMES.every((name) => lines.some((line) => line.includes(`,${name},cmj,1,`) && line.includes(',jump_height_m,'))))

  await page.click('.queue button:has-text("Ben")')
  await page.reload()
  await page.waitForSelector('.turn:has-text("All athletes are done.")')
  assert.deepEqual(await seriousViolations(page), [])
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  assert.ok(width <= 390, `the page is ${width} px wide on a phone of 390 px`)
  assert.deepEqual(complaints, [])
  await page.close()
})
