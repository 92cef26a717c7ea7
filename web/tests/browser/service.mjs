// What the browser tests share: the service with its engine, the browser, and a page that is listened to.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { chromium } from 'playwright-core'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const PATIENCE_MS = 300_000 // a slow machine is not a fault of the page
const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

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

/** Start the service on a free port in a folder of its own, with further settings. */
export async function startService(more = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'kinemotion-web-'))
  const port = await freePort()
  const base = `http://127.0.0.1:${port}/`
  // beside busy neighbours, a nice engine would wait for its turn for ever
  const settings = { PORT: String(port), ENGINE_NICE: '0', DATA_DIR: join(folder, 'data'), WORK_DIR: join(folder, 'work'), ...more }
  const started = spawn('kinemotion-backend', [], { env: { ...process.env, ...settings }, stdio: 'ignore' })
  while (!(await isReady(`${base}ready`))) {
    assert.equal(started.exitCode, null, 'the service ended before it was ready')
    await new Promise((later) => setTimeout(later, 200))
  }
  return {
    base,
    folder,
    async stop() {
      started.kill('SIGTERM')
      if (started.exitCode === null) await new Promise((ended) => started.once('exit', ended))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function launchBrowser(...more) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...BROWSER_ARGUMENTS, ...more] })
}

/** Open the page and collect what it complains of. */
export async function openPage(browser, address, options = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  const complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  await page.goto(address)
  return { page, complaints }
}

let axe

export async function seriousViolations(page) {
  axe ??= await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf-8')
  if (await page.evaluate(() => globalThis.axe === undefined)) await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] })) // what passes is not listed: that takes longer
  return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes[0].html}`)
}
