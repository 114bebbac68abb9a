// Passwords, hashed with argon2id by OWASP's parameters (19 MiB, 2 passes, 1 lane). A flood of sign-ins must not eat the
// box: two are computed at once, twenty wait, the next is refused. The one door to @node-rs/argon2.
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
import { randomBytes } from 'node:crypto'
import { hash, parseOptions, verify } from '@node-rs/argon2'
import { HobError } from '#appliance/errors.ts'

export interface PasswordCost {
  readonly memoryKiB: number
  readonly passes: number
}

export interface Passwords {
  /** Encoded, with its salt and parameters. Throws too_busy, as does verify. */
  hash(password: string): Promise<string>
  /** `stored` is null where there is no such person: false, at the same cost. */
  verify(stored: string | null, password: string): Promise<boolean>
  /** Whether it was hashed with other parameters than today's. */
  isOutdated(stored: string): boolean
}

const owasp: PasswordCost = { memoryKiB: 19 * 1024, passes: 2 }
const lanes = 1
const mostAtOnce = 2
const mostWaiting = 20

export function createPasswords({ cost = owasp }: { cost?: PasswordCost } = {}): Passwords {
  // the package's default algorithm is argon2id
  const options = { memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: lanes }
  const nobodys = encodeRandom(cost)
  const inTurn = createTurns()
  return {
    hash: (password) => inTurn(() => hash(prepared(password), options)),
    verify: async (stored, password) => {
      const right = await inTurn(() => verify(stored ?? nobodys, prepared(password)))
      return right && stored !== null
    },
    isOutdated: (stored) => {
      const { memoryCost, timeCost, parallelism } = parseOptions(stored)
      return memoryCost !== cost.memoryKiB || timeCost !== cost.passes || parallelism !== lanes
    },
  }
}

/** Keyboards compose letters differently; the same password must be the same bytes. */
const prepared = (password: string): string => password.normalize('NFKC')

/** A hash of nothing, that costs as much to compare with as one of today's. */
const encodeRandom = ({ memoryKiB, passes }: PasswordCost): string => {
  const base64 = (length: number): string => randomBytes(length).toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${base64(16)}$${base64(32)}`
}

function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running < mostAtOnce) running++
    else if (waiting.length >= mostWaiting) throw new HobError('too_busy')
    // whoever ends hands its place on: `running` stays as it is
    else await new Promise<void>((resolve) => void waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running--
      else next()
    }
  }
}
