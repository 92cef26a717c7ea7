import { signal } from '@preact/signals'

/** Where the page is: the first part of the address after `#/`, what follows it, and its query. */
export interface Route {
  page: string
  id: string
  query: URLSearchParams
}

/** Address of a shared result: the rest of the path is its token, and no other page is opened from there. */
const SHARED = '/shared/'

export function isShared(): boolean {
  return location.pathname.startsWith(SHARED)
}

function readRoute(): Route {
  if (isShared()) return { page: 'shared', id: location.pathname.slice(SHARED.length), query: new URLSearchParams() }
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?')
  const [page = '', ...rest] = path.split('/')
  return { page: page || 'measure', id: decodeURIComponent(rest.join('/')), query: new URLSearchParams(query) }
}

export const route = signal(readRoute())

addEventListener('hashchange', () => {
  route.value = readRoute()
})

/** Open a page, for example `analyses/abc`. */
export function open(path: string): void {
  location.hash = `#/${path}`
}
