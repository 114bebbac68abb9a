// Is the page there? Its first document and the script that this names, as a browser fetches them.
import { type Check, issue, ok, reasonOf } from './check.ts'
import type { Ask } from './lan.ts'

interface Doors {
  /** Where the page is served now: in the network, or on this machine. */
  origin: () => string
  ask: Ask
}

export const pageCheck = ({ origin, ask }: Doors): Check => ({
  name: 'page',
  gates: true,
  limitMs: 10_000,
  issues: {
    page_missing: {
      severity: 'serious',
      message: 'The page is not complete: {path} is not what it should be.',
      suggestion: 'Install this version of Hob again; the command `hob` and programs work all the same.',
    },
    page_silent: {
      severity: 'serious',
      message: 'The page at {origin} does not answer: {reason}',
      suggestion: 'Restart the box.',
    },
  },
  reasons: {},
  detect: async (signal) => {
    const from = origin()
    try {
      const index = await ask(`${from}/`, signal)
      const script = /<script[^>]+src="(\/[\w./-]+\.js)"/.exec(index.text)?.[1]
      if (index.status !== 200 || script === undefined) return issue('page_missing', { path: '/' })
      const { status, type, text } = await ask(`${from}${script}`, signal)
      const isScript = status === 200 && type.startsWith('text/javascript') && text !== ''
      return isScript ? ok : issue('page_missing', { path: script })
    } catch (error) {
      return issue('page_silent', { origin: from, reason: reasonOf(error) })
    }
  },
})
