// Addresses: every place and every conversation has one, opened directly or by going back. Owns the history.
import { createStore, type Readable } from './store.ts'

export const peopleParts = ['me', 'people', 'programs', 'audit'] as const
export const machineParts = ['system', 'network', 'power', 'logs', 'support'] as const
export const boxParts = [...peopleParts, ...machineParts] as const
export type BoxPart = (typeof boxParts)[number]

export type Route =
  | { readonly place: 'chat'; readonly id: string | null }
  | { readonly place: 'chats' }
  | { readonly place: 'models' }
  | { readonly place: 'box'; readonly part: BoxPart | null }
  /** Where the box's screen and an invitation send a browser; the code stands in the fragment. */
  | { readonly place: 'claim' }
  | { readonly place: 'join' }
  | { readonly place: 'lost' }

export function parseRoute(path: string): Route {
  const [place, id, ...more] = path.split('/').filter((part) => part !== '')
  if (more.length === 0) {
    if (place === undefined) return { place: 'chat', id: null }
    if (place === 'chat' && (id === undefined || /^[0-9a-zA-Z_-]{1,64}$/.test(id)))
      return { place, id: id ?? null }
    const part = boxParts.find((one) => one === id)
    if (place === 'box' && (id === undefined || part !== undefined)) return { place, part: part ?? null }
    if (id === undefined && (place === 'chats' || place === 'models')) return { place }
    if (id === undefined && (place === 'claim' || place === 'join')) return { place }
  }
  return { place: 'lost' }
}

export const chatPath = (id: string | null): string => (id === null ? '/chat' : `/chat/${id}`)

export interface Router {
  readonly route: Readable<Route>
  readonly go: (path: string, options?: { replace?: boolean }) => void
}

/** Follows the browser's history, and takes plain clicks on the page's own links. */
export function createRouter(window: Window): Router {
  const route = createStore(parseRoute(window.location.pathname))
  const go: Router['go'] = (path, { replace = false } = {}) => {
    if (path !== window.location.pathname)
      window.history[replace ? 'replaceState' : 'pushState'](null, '', path)
    route.set(parseRoute(path))
  }
  window.addEventListener('popstate', () => route.set(parseRoute(window.location.pathname)))
  window.document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.origin !== window.location.origin) return
    if (link.hasAttribute('download') || link.getAttribute('href')?.startsWith('#')) return
    if (parseRoute(link.pathname).place === 'lost') return
    event.preventDefault()
    go(link.pathname)
  })
  return { route, go }
}
