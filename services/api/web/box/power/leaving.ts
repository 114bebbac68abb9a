// Follows a box that was told to restart or to shut down, by asking it until it is silent, and then:
//
//   asked ──silent──▶ gone ──answers, or was started since──▶ back                      (restart)
//   asked ──silent──▶ resting ──some seconds──▶ safe                                    (shut down)
//   asked ──still answers after a while──▶ refused
import type { System } from '#appliance/contracts/system.ts'
import { pause, within } from '../../app/patience.ts'
import { toProblem } from '../../app/problem.ts'

export type Leaving = 'reboot' | 'power_off'
export type Phase = 'asked' | 'gone' | 'back' | 'resting' | 'safe' | 'refused'

interface Uses {
  system: (signal: AbortSignal) => Promise<Pick<System, 'bootedAt'>>
  leaving: Leaving
  /** When the machine that was told had been started; null: not known. */
  bootedAt: string | null
  signal: AbortSignal
  onPhase: (phase: Phase) => void
  now?: () => number
  wait?: typeof pause
}

const everyMs = 1_000
const patienceMs = 4_000
/** Services have some seconds to end, and disks theirs. */
export const restMs = 15_000
export const refusedAfterMs = 120_000

type Heard = { silent: true } | { silent: false; bootedAt: string | null }

export async function followLeaving({
  system,
  leaving,
  bootedAt,
  signal,
  onPhase,
  now = Date.now,
  wait = pause,
}: Uses): Promise<void> {
  const began = now()
  let silentSince: number | null = null

  const ask = async (): Promise<Heard> => {
    try {
      return { silent: false, bootedAt: (await within(patienceMs, signal, system)).bootedAt }
    } catch (error) {
      const { code } = toProblem(error)
      // Any word from it is a sign of life, also one that it cannot tell just now.
      return code === 'unreachable' || code === 'slow' ? { silent: true } : { silent: false, bootedAt: null }
    }
  }

  /** The next phase; the last one ends it. */
  const after = (heard: Heard): Phase => {
    if (heard.silent) {
      silentSince ??= now()
      if (leaving === 'reboot') return 'gone'
      return now() - silentSince >= restMs ? 'safe' : 'resting'
    }
    const another = bootedAt !== null && heard.bootedAt !== null && startedApart(heard.bootedAt, bootedAt)
    if (leaving === 'reboot' && (silentSince !== null || another)) return 'back'
    silentSince = null
    return now() - began >= refusedAfterMs ? 'refused' : 'asked'
  }

  while (!signal.aborted) {
    const phase = after(await ask())
    if (signal.aborted) return
    onPhase(phase)
    if (phase === 'back' || phase === 'safe' || phase === 'refused') return
    await wait(everyMs, signal)
  }
}

/** A clock that is set meanwhile moves the same start by some seconds. */
const startedApart = (one: string, other: string): boolean =>
  Math.abs(Date.parse(one) - Date.parse(other)) > 5_000
