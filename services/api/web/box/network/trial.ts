// Follows a change of the network that is on trial, by asking the box until the change is over. The page may have come by
// the address that goes: then nothing answers it, until the box has gone back.
//
//   trying ──answers, with what was wanted──▶ reached ──kept──▶ kept
//     │  ╲──time is up──▶ late                   │
//     └────────────────── no longer on trial ────┴──▶ undone
import type { Addressing, HostNetwork, Interface, PendingChange } from '#appliance/contracts/host-network.ts'
import { pause, within } from '../../app/patience.ts'

export type TrialPhase = 'trying' | 'reached' | 'late' | 'kept' | 'undone'

export interface Trial {
  readonly change: PendingChange
  readonly wanted: Addressing
  /** By this device's clock. */
  readonly endsAt: number
}

interface Uses {
  network: (signal: AbortSignal) => Promise<HostNetwork>
  trial: Trial
  signal: AbortSignal
  onPhase: (phase: TrialPhase, network: HostNetwork | null) => void
  now?: () => number
  wait?: typeof pause
}

const everyMs = 1_000
/** An old connection to an address that is gone answers no more, and browsers give it up late. */
const patienceMs = 3_000

export async function followTrial({
  network,
  trial,
  signal,
  onPhase,
  now = Date.now,
  wait = pause,
}: Uses): Promise<void> {
  while (!signal.aborted) {
    // no answer is what a change of the address looks like from here: phaseOf judges it
    const seen = await within(patienceMs, signal, network).catch(() => null)
    if (signal.aborted) return
    const phase = phaseOf(seen, trial, now())
    onPhase(phase, seen)
    if (phase === 'kept' || phase === 'undone') return
    await wait(everyMs, signal)
  }
}

function phaseOf(seen: HostNetwork | null, { change, wanted, endsAt }: Trial, now: number): TrialPhase {
  const late = now >= endsAt ? 'late' : 'trying'
  if (seen === null) return late
  const has = holds(
    seen.interfaces.find(({ device }) => device === change.device),
    wanted,
  )
  if (seen.pending?.id === change.id) return has ? 'reached' : late
  return has ? 'kept' : 'undone'
}

/** Whether an interface is as it was wanted. */
export function holds(one: Interface | undefined, wanted: Addressing): boolean {
  if (one === undefined || one.method !== wanted.method) return false
  return wanted.method === 'automatic' || one.addresses.includes(wanted.address)
}

/** How an interface is set now, for a change that another page made. */
export function wantedOf({ method, addresses, gateway, dns }: Interface): Addressing {
  const [address] = ownFirst(addresses)
  return method === 'static' && address !== undefined
    ? { method, address, gateway, dns: [...dns] }
    : { method: 'automatic' }
}

/** IPv4 before IPv6: people know the box by it. */
export const ownFirst = (addresses: readonly string[]): readonly string[] =>
  [...addresses].sort((a, b) => Number(a.includes(':')) - Number(b.includes(':')))

/** The address that a browser opens keeps the change by its fragment, which no server sees. */
export const keepLink = (origin: string, id: string): string => `${origin}/box/network#keep=${id}`

interface Needs {
  readonly location: Pick<Location, 'pathname' | 'hash'>
  readonly history: Pick<History, 'replaceState' | 'state'>
}

/** Takes the change to keep out of the address bar. */
export function takeKeep({ location, history }: Needs): string | null {
  const id = /^#keep=([\w-]{1,64})$/.exec(location.hash)?.[1] ?? null
  if (id !== null) history.replaceState(history.state, '', location.pathname)
  return id
}
