// Owners and tokens for the fuzz to act as, made over the box's own socket. When it has ended its session or its token,
// there is another for its next request. The owners are made before it begins: what it tries as codes and passwords slows
// everybody's coming in for minutes.
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { scopes } from '#appliance/contracts/access.ts'
import { boxRoutes } from '#appliance/contracts/box.ts'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { socketPath } from '#appliance/ipc/serve.ts'

export type Role = 'nobody' | 'token' | 'session'

export interface Known {
  readonly headers: Readonly<Record<string, string>>
  /** Of what there is to be read, changed and removed. */
  readonly ids: readonly string[]
}

export interface Keeper {
  as(role: Role): Promise<Known>
  /** These headers are known no more. */
  lost(role: Role, known: Known): void
  close(): void
}

/** A wrong method on the session's path signs out, about five times in a hundred thousand requests. */
const owners = 12
const password = 'a lamp behind the stove'

export async function createKeeper(runDir: string, port: number): Promise<Keeper> {
  const client = createClient({ service: 'api', socketPath: socketPath(runDir, 'api') })
  const caller = { principal: localOwner('socket'), timeoutMs: 90_000 }

  const token = async (): Promise<Known> => {
    const asked = { name: 'fuzz', scopes: [...scopes] }
    const made = await client.call(identityRoutes.makeToken, { json: asked }, caller)
    const { id } = await client.call(boxRoutes.createConversation, { json: {} }, caller)
    return { headers: { authorization: `Bearer ${made.token}` }, ids: [made.id, id] }
  }

  const person = async (name: string, role: 'owner' | 'adult'): Promise<{ id: string; cookie: string }> => {
    const { code } = await client.call(identityRoutes.invite, { json: { role } }, caller)
    const account = JSON.stringify({ code, name, password })
    const answer = await client.open('POST', identityRoutes.accept.path, account, caller)
    const made = z.object({ person: z.object({ id: z.string() }) }).parse(JSON.parse(await text(answer)))
    return { id: made.person.id, cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' }
  }

  const { id: other } = await person('Ash', 'adult')
  const sessions: Known[] = []
  for (let number = 1; number <= owners; number++) {
    const { cookie } = await person(`Fuzz ${number}`, 'owner')
    sessions.push({ headers: { cookie, origin: `https://localhost:${port}` }, ids: [other] })
  }
  let current = token()

  return {
    as: async (role) => {
      if (role === 'nobody') return { headers: {}, ids: [other] }
      if (role === 'token') return await current
      const [first] = sessions
      if (first === undefined) throw new Error('every owner has been signed out')
      return first
    },
    lost: (role, known) => {
      if (role === 'session' && sessions[0] === known) sessions.shift()
      if (role === 'token') current = current.then((held) => (held === known ? token() : held))
    },
    close: () => client.close(),
  }
}
