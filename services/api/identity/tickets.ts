// Tickets for one WebSocket within 30 s, for clients that cannot send headers with it: signed with a key of this start,
// with one pinned algorithm, for this box alone, and good once. The one door to jose.
import { randomBytes, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose/jwt/sign'
import { jwtVerify } from 'jose/jwt/verify'
import { z } from 'zod'
import { HobError } from '#appliance/errors.ts'

/** Whose it is is looked up when it is used: what has ended meanwhile opens nothing. */
const holderSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['session', 'token']), id: z.string() }),
  z.object({ kind: z.literal('socket') }),
])
export type Holder = z.infer<typeof holderSchema>

export interface Tickets {
  issue(holder: Holder): Promise<{ ticket: string; expiresAt: Date }>
  /** Null for what is not ours, expired, or used; used up by asking. */
  redeem(ticket: string): Promise<Holder | null>
}

const algorithm = 'HS256'
const type = 'hob-ticket'
const validMs = 30_000
const longestTicket = 2_000
/** Used ones that are not yet expired. */
const mostRemembered = 10_000

export function createTickets({ boxId, now }: { boxId: string; now: () => Date }): Tickets {
  const key = randomBytes(32)
  const used = new Map<string, number>()

  const forgetExpired = (): void => {
    const nowMs = now().getTime()
    for (const [id, untilMs] of used) if (untilMs <= nowMs) used.delete(id)
  }

  return {
    issue: async (holder) => {
      const expiresAt = new Date(now().getTime() + validMs)
      const ticket = await new SignJWT({ holder })
        .setProtectedHeader({ alg: algorithm, typ: type })
        .setAudience(boxId)
        .setJti(randomUUID())
        .setExpirationTime(expiresAt)
        .sign(key)
      return { ticket, expiresAt }
    },
    redeem: async (ticket) => {
      if (ticket.length > longestTicket) return null
      const payload = await verified(ticket, key, { audience: boxId, currentDate: now() })
      const holder = holderSchema.safeParse(payload?.['holder'])
      if (payload?.jti === undefined || payload.exp === undefined || !holder.success) return null
      forgetExpired()
      if (used.has(payload.jti)) return null
      if (used.size >= mostRemembered) throw new HobError('too_busy')
      // jose counts whole seconds and lets the last one pass
      used.set(payload.jti, (payload.exp + 1) * 1_000)
      return holder.data
    },
  }
}

async function verified(ticket: string, key: Uint8Array, expected: { audience: string; currentDate: Date }) {
  try {
    const options = { ...expected, algorithms: [algorithm], typ: type, requiredClaims: ['exp', 'jti', 'aud'] }
    return (await jwtVerify(ticket, key, options)).payload
  } catch {
    // whatever is wrong with it, it is no ticket of ours
    return null
  }
}
