// Does the box answer where phones look for it: on each of its addresses in the network, over TLS, with a certificate that its
// own root vouches for? The kernel takes a shorter way to an own address than a phone's packets do; everything above it is the same.
import { type Check, issue, notMeasured, ok, reasonOf } from './check.ts'

/** What answers does not prove itself as this box. */
export class WrongCertificate extends Error {}

/** Rejects when there is no answer, and with WrongCertificate. */
export type Ask = (
  url: string,
  signal: AbortSignal,
) => Promise<{ status: number; type: string; text: string }>

interface Doors {
  /** Of the box in the network, by address, with scheme and port; null where it listens on this machine alone. */
  origins: () => readonly string[] | null
  ask: Ask
}

/** A machine with containers has a bridge for each. */
const originsMax = 8

export const lanCheck = ({ origins, ask }: Doors): Check => ({
  name: 'lan',
  gates: true,
  limitMs: 10_000,
  issues: {
    lan_silent: {
      severity: 'serious',
      message: 'The box does not answer at {origin}: {reason}',
      suggestion: 'Restart the box. If this stays, check its cable and the network settings.',
    },
    lan_certificate: {
      severity: 'serious',
      message: 'What answers at {origin} does not prove itself as this box ({reason}).',
      suggestion:
        'Restart the box. If this stays, another device has the same address: look at the list of your router.',
    },
    lan_wrong: {
      severity: 'serious',
      message: 'At {origin} something answers that is not this box as it should be (status {status}).',
      suggestion: 'Restart the box. If this stays, another program has taken its port.',
    },
  },
  reasons: {
    loopback_only: 'The box listens on this machine alone.',
    no_network: 'The box has no address in a home network now.',
  },
  detect: async (signal) => {
    const all = origins()
    if (all === null) return notMeasured('loopback_only')
    if (all.length === 0) return notMeasured('no_network')
    const findings = await Promise.all(
      all.slice(0, originsMax).map(async (origin) => {
        try {
          const { status } = await ask(`${origin}/healthz`, signal)
          return status === 200 ? ok : issue('lan_wrong', { origin, status })
        } catch (error) {
          const code = error instanceof WrongCertificate ? 'lan_certificate' : 'lan_silent'
          return issue(code, { origin, reason: reasonOf(error) })
        }
      }),
    )
    return findings.find(({ state }) => state === 'issue') ?? ok
  },
})
