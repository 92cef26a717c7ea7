// Keeps the page on this device, so that it opens without a connection. The build fills in the two names below.
const SHELL = '__SHELL__'
const POSE = '__POSE__'
const FILES = ['__FILES__']
/** What the page asks the service before it shows anything: the last answer serves where there is no connection. */
const SPORTS = 'api/v1/sports'

addEventListener('install', (event) => {
  event.waitUntil(keepShell())
  skipWaiting()
})

addEventListener('activate', (event) => {
  event.waitUntil(deleteOldCaches().then(() => clients.claim()))
})

addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (pathname.startsWith('/shared/')) return // a link to a result is not kept: it ends
  if (pathname.includes('/assets/pose-')) event.respondWith(answerFromCache(request, POSE))
  else if (pathname.includes('/assets/')) event.respondWith(answerFromCache(request, SHELL))
  else if (request.mode === 'navigate' || pathname.endsWith(`/${SPORTS}`)) event.respondWith(answerFromNetwork(request))
  else if (FILES.some((file) => new URL(file, location.href).pathname === pathname)) event.respondWith(answerFromNetwork(request))
})

async function keepShell() {
  const cache = await caches.open(SHELL)
  await cache.addAll(FILES)
  await cache.add(SPORTS).catch(() => undefined) // a service that asks for a key: the page's own request is kept
}

async function deleteOldCaches() {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== SHELL && name !== POSE).map((name) => caches.delete(name)))
}

/** The names of these files carry a hash of their content: what is kept is right. */
async function answerFromCache(request, name) {
  const cache = await caches.open(name)
  const kept = await cache.match(request, { ignoreVary: true })
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await cache.put(request, answer.clone())
  return answer
}

async function answerFromNetwork(request) {
  const cache = await caches.open(SHELL)
  try {
    const answer = await fetch(request)
    if (answer.ok) await cache.put(request, answer.clone())
    return answer
  } catch (error) {
    const kept = await cache.match(request, { ignoreVary: true })
    if (kept) return kept
    throw error
  }
}
