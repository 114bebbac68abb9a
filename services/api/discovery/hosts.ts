// The host labels that this box answers to: the one that the network knows, the machine's own, and for some minutes those
// that a rename left or is on its way to, so that a page which is open under the old name can go on. Owns the list of these.
import { hostname } from 'node:os'

export interface HostLabels {
  /** Under which the network knows the box; the wished one until the network has spoken. */
  current(): string
  all(): string[]
  /** This one is answered to for ten minutes more, or until the box is started again. */
  keep(label: string): void
}

/** Under what a home router may know a machine; the box's root vouches for these. */
const homeDomains = ['local', 'lan', 'home.arpa', 'internal'] as const
const keptMs = 10 * 60_000
const keptMax = 8

/** A label as it may stand in a Host header. */
export const namesOf = (label: string): string[] => [
  ...homeDomains.map((domain) => `${label}.${domain}`),
  label,
]

interface Uses {
  now: () => Date
  /** Empty before the network has spoken. */
  effective: () => string
  wished: () => string
}

export function createHostLabels({ now, effective, wished }: Uses): HostLabels {
  /** Until when, in the order in which they were kept. */
  const kept = new Map<string, number>()
  const current = (): string => effective() || wished()

  return {
    current,
    all: () => {
      const at = now().getTime()
      const recent = [...kept].flatMap(([label, until]) => (at < until ? [label] : []))
      return [...new Set([current(), hostname().toLowerCase(), ...recent])]
    },
    keep: (label) => {
      kept.delete(label)
      kept.set(label, now().getTime() + keptMs)
      for (const oldest of [...kept.keys()].slice(0, -keptMax)) kept.delete(oldest)
    },
  }
}
