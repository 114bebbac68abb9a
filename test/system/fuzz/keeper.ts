// An owner and a token for the fuzz to act as, made over the box's own socket; whatever it does to them (signing out,
// removing itself, becoming a child, ending its token), there are new ones for its next request.
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { scopes } from '#appliance/contracts/access.ts'
import { boxRoutes } from '#appliance/contracts/box.ts'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { socketPath } from '#appliance/ipc/serve.ts'

export type Role = 'nobody' | 'token' | 'session'

export interface Keeper {
  /** Headers to be known by, and ids of what there is. */
  as(role: Role): Promise<{ headers: Record<string, string>; ids: readonly string[] }>
  /** It is known no more. */
  lost(role: Role): void
  /** How often somebody was made anew. */
  made(): number
  close(): void
}

const password = 'a lamp behind the stove'

export function createKeeper(runDir: string, port: number): Keeper {
  const client = createClient({ service: 'api', socketPath: socketPath(runDir, 'api') })
  const caller = { principal: localOwner('socket'), timeoutMs: 90_000 }
  const held = new Map<Role, ReturnType<Keeper['as']>>()
  let number = 0
  let last: string | null = null

  const conversation = async (): Promise<string> =>
    (await client.call(boxRoutes.createConversation, { json: {} }, caller)).id

  const token: Keeper['as'] = async () => {
    const asked = { name: 'fuzz', scopes: [...scopes] }
    const made = await client.call(identityRoutes.makeToken, { json: asked }, caller)
    return { headers: { authorization: `Bearer ${made.token}` }, ids: [made.id, await conversation()] }
  }

  const session: Keeper['as'] = async () => {
    // it may have removed itself, and a box takes two hundred people
    if (last !== null)
      await client.call(identityRoutes.removePerson, { params: { id: last } }, caller).catch(() => undefined)
    const { id, code } = await client.call(identityRoutes.invite, { json: { role: 'owner' } }, caller)
    const account = JSON.stringify({ code, name: `Fuzz ${++number}`, password })
    const answer = await client.open('POST', identityRoutes.accept.path, account, caller)
    const { person } = z
      .object({ person: z.object({ id: z.string() }) })
      .parse(JSON.parse(await text(answer)))
    last = person.id
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
    return { headers: { cookie, origin: `https://localhost:${port}` }, ids: [person.id, id, 'none'] }
  }

  return {
    as: (role) => {
      if (role === 'nobody') return Promise.resolve({ headers: {}, ids: ['none'] })
      const known = held.get(role) ?? (role === 'token' ? token(role) : session(role))
      held.set(role, known)
      return known
    },
    lost: (role) => void held.delete(role),
    made: () => number,
    close: () => client.close(),
  }
}
