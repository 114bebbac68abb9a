// The claim of a new box: a code, made at each start or when the box's socket asks for another and kept in memory alone, with which somebody becomes its owner.
//
//            right code, or the box's socket
//   open ───────────────────────────────────▶ done  (for good: somebody owns the box)
//     │                                         ▲
//     │ ten wrong codes                         │ the box's socket
//     ▼                                         │
//   closed ─────────────────────────────────────┘
//     └─ a restart, or somebody beside the box (the socket), opens it again, with a new code
//
// After the first wrong code the next try waits a second, after the second two, at most ten: refused meanwhile, not
// counted, and nothing is held open. Tries are checked one after another, so that many at once gain nothing.
import { HobError } from '#appliance/errors.ts'
import type { Log } from '#appliance/log.ts'
import { hashCode, isCode, newCode } from './codes.ts'

export interface Claim {
  /** Null: the box has an owner. */
  state(): 'open' | 'closed' | null
  /** For the console, the terminal and the box's own socket; never for a log. Null unless open. */
  code(): string | null
  /** Throws already_claimed, claim_closed, too_many_tries or claim_code_wrong. */
  check(code: string): void
  /** Another code, with all its tries. Throws already_claimed. */
  renew(): void
}

const mostWrong = 10
const longestWaitMs = 10_000

interface Uses {
  claimed: () => boolean
  now: () => Date
  log: Log
}

export function createClaim({ claimed, now, log }: Uses): Claim {
  let code = newCode()
  let hash = hashCode(code)
  let wrong = 0
  let nextMs = 0

  const state: Claim['state'] = () => (claimed() ? null : wrong < mostWrong ? 'open' : 'closed')

  return {
    state,
    code: () => (state() === 'open' ? code : null),
    check: (typed) => {
      const nowState = state()
      if (nowState === null) throw new HobError('already_claimed')
      if (nowState === 'closed') throw new HobError('claim_closed')
      const waitMs = nextMs - now().getTime()
      if (waitMs > 0) throw new HobError('too_many_tries', { retryAfter: Math.ceil(waitMs / 1_000) })
      if (isCode(typed, hash)) return
      wrong++
      nextMs = now().getTime() + Math.min(longestWaitMs, wrong * 1_000)
      if (wrong === mostWrong)
        log.warn('too many wrong claim codes: closed until the next start, or a new code')
      throw new HobError('claim_code_wrong', { left: mostWrong - wrong })
    },
    renew: () => {
      if (claimed()) throw new HobError('already_claimed')
      code = newCode()
      hash = hashCode(code)
      wrong = 0
      nextMs = 0
      log.info('the claim is open, with a new code')
    },
  }
}
