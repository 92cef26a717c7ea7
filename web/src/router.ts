import { signal } from '@preact/signals'

/** Where the page is: the first part of the address after `#/`, what follows it, and its query. */
export interface Route {
  page: string
  id: string
  query: URLSearchParams
}

function readRoute(): Route {
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
