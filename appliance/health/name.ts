// Can the box be found by its name? Asks the network for it as a phone does; the answers must be the box's own addresses.
import { type Check, issue, notMeasured, ok } from './check.ts'

interface Doors {
  /** With `.local`; null where the box listens on this machine alone and is not announced. */
  host: () => string | null
  /** Every address that anybody gave for a host label; null where there is no network to ask. */
  ask: (label: string, signal: AbortSignal) => Promise<readonly string[] | null>
  /** This machine's addresses, spelled as `ask` spells them. */
  own: () => ReadonlySet<string>
}

export const nameCheck = ({ host, ask, own }: Doors): Check => ({
  name: 'name',
  // the switch between box and phones has its part in this
  gates: false,
  limitMs: 10_000,
  issues: {
    name_unanswered: {
      severity: 'warning',
      message: 'Nobody in the network answers for {host}.',
      suggestion:
        'Open the box by its address. Where Wi-Fi keeps devices apart (“client isolation”, guest networks), names do not work.',
    },
    name_taken: {
      severity: 'warning',
      message: 'Another device answers for {host}: {address}.',
      suggestion: 'Give the box another name, or switch that device off.',
    },
  },
  reasons: {
    loopback_only: 'The box listens on this machine alone, and is not announced.',
    no_network: 'The box has no address in a home network now.',
  },
  detect: async (signal) => {
    const name = host()
    if (name === null) return notMeasured('loopback_only')
    const label = name.replace(/\.local$/, '')
    const first = await ask(label, signal)
    // one silence may be a lost packet
    const heard = first?.length === 0 ? await ask(label, signal) : first
    if (heard === null) return notMeasured('no_network')
    if (heard.length === 0) return issue('name_unanswered', { host: name })
    const ours = own()
    const foreign = heard.find((address) => !ours.has(address))
    return foreign === undefined ? ok : issue('name_taken', { host: name, address: foreign })
  },
})
