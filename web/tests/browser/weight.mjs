// What a page weighs: every file that the browser loaded for it, compressed as a proxy sends it.
import { gzipSync } from 'node:zlib'

/** Bytes of the page's own files (HTML, scripts, styles, pictures), gzipped; videos and answers of the API are no part of it. */
export async function weighPage(page) {
  const loaded = await page.evaluate(() => [location.href, ...performance.getEntriesByType('resource').map(({ name }) => name)])
  const own = [...new Set(loaded.map((url) => url.split('#')[0]))].filter((url) => !new URL(url).pathname.startsWith('/api/'))
  const bodies = await Promise.all(own.map(async (url) => Buffer.from(await (await fetch(url)).arrayBuffer())))
  return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)
}
