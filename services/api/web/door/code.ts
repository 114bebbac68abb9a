// The code of a claim or an invitation, as /claim#CODE or /join#CODE brings it: a fragment never travels to a server. It
// is taken out of the address bar at once, so that it stays in no history and on nobody's screen.
import { createStore, type Readable } from '../app/store.ts'

interface Needs {
  readonly addEventListener: (type: 'hashchange', listener: () => void) => void
  readonly location: Pick<Location, 'pathname' | 'hash'>
  readonly history: Pick<History, 'replaceState' | 'state'>
}

export function takeCode(window: Needs): Readable<string> {
  const code = createStore('')
  const take = (): void => {
    const { pathname, hash } = window.location
    if (!/^\/(claim|join)\/?$/.test(pathname) || hash.length < 2) return
    code.set(readable(hash.slice(1)))
    window.history.replaceState(window.history.state, '', pathname)
  }
  take()
  // The same code scanned again, or another, in a page that is open already.
  window.addEventListener('hashchange', take)
  return code
}

function readable(fragment: string): string {
  try {
    return decodeURIComponent(fragment).slice(0, 40)
  } catch {
    return ''
  }
}

/** Capitals without spaces and dashes, as the box reads it. */
export const bare = (code: string): string => code.toUpperCase().replaceAll(/[\s-]/g, '')

/** What a claim code has. */
export const claimCodeLength = 10
