// Prints how quickly the page of a result is shown: weight, largest contentful paint, total blocking time. `npm run speed`.
import { join } from 'node:path'

import { launchBrowser, openPage, ROOT, startService } from './service.mjs'
import { weighPage } from './weight.mjs'

const VISITS = 5
/** A task that holds the page for longer than this blocks it by the rest. */
const FREE_MS = 50
const QUIET_MS = 1000

const service = await startService()
const browser = await launchBrowser()

async function makeResult() {
  const { page } = await openPage(browser, service.base)
  await page.setInputFiles('input[type=file] >> nth=0', join(ROOT, 'docs/samples/cmj_30fps.mp4'))
  await page.click('button[type=submit]')
  await page.waitForSelector('.metric.first .value')
  const address = page.url()
  await page.context().close()
  return address
}

async function measureVisit(address) {
  const { page } = await openPage(browser, address, { viewport: { width: 1280, height: 900 } })
  await page.waitForSelector('.plot canvas')
  const shown = await page.evaluate(
    ([free, quiet]) =>
      new Promise((done) => {
        const found = { lcp_ms: 0, tbt_ms: 0 }
        new PerformanceObserver((list) => (found.lcp_ms = list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true })
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) found.tbt_ms += Math.max(0, duration - free)
        }).observe({ type: 'longtask', buffered: true })
        setTimeout(() => done(found), quiet)
      }),
    [FREE_MS, QUIET_MS],
  )
  const weight_kb = (await weighPage(page)) / 1000
  await page.context().close()
  return { ...shown, weight_kb }
}

const address = await makeResult()
for (let visit = 0; visit < VISITS; visit += 1) console.log(JSON.stringify(await measureVisit(address)))
await browser.close()
await service.stop()
