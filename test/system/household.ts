// The people of a claimed box for a test: who came in through an invitation, their sessions and tokens, all of them made
// over the box's own routes; and one way of asking, from any of loopback's addresses.
import { Agent, request } from 'node:http'
import { z } from 'zod'
import type { Person, Token } from '#appliance/contracts/identity.ts'

export interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** One of 127/8: each has a rate of its own. */
  readonly from?: string
}

export interface Answer {
  readonly status: number
  /** Of the error; empty without one. */
  readonly code: string
  readonly text: string
  readonly cookie: string
}

export type Ask = (asked: Asked) => Promise<Answer>

const withinMs = 60_000
const json = { 'content-type': 'application/json' } as const

/** Over plain HTTP. `close` ends its connections. */
export function asker(port: number): { ask: Ask; close: () => void } {
  const agent = new Agent({ keepAlive: true })
  const ask: Ask = ({ method = 'GET', path, headers = {}, body, from = '127.0.0.1' }) =>
    new Promise((resolve, reject) => {
      const to = { host: '127.0.0.1', port, method, path, agent, localAddress: from }
      const sent = request({ ...to, headers: { host: `127.0.0.1:${port}`, ...headers } }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.once('error', reject)
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            code: String(answer.headers['x-hob-error'] ?? ''),
            text: Buffer.concat(chunks).toString('utf8'),
            cookie: (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '',
          }),
        )
      })
      sent.setTimeout(withinMs, () => sent.destroy(new Error(`${method} ${path}: no answer`)))
      sent.once('error', reject)
      sent.end(body)
    })
  return { ask, close: () => agent.destroy() }
}

/** What a page of the box sends with a session. */
export const withSession = (port: number, cookie: string): Record<string, string> => ({
  cookie,
  origin: `http://127.0.0.1:${port}`,
})
export const withToken = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

async function post(ask: Ask, path: string, headers: object, body: object): Promise<Answer> {
  const answer = await ask({
    method: 'POST',
    path: `/hob/v1${path}`,
    headers: { ...headers, ...json },
    body: JSON.stringify(body),
  })
  if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${answer.text}`)
  return answer
}

/** The cookie of a new session. */
export const signIn = async (ask: Ask, account: { name: string; password: string }): Promise<string> =>
  (await post(ask, '/session', {}, account)).cookie

/** Somebody whom the owner, of whom these are the headers, invited; their first session is signed in. */
export async function invited(
  ask: Ask,
  owner: Record<string, string>,
  { role, ...account }: { name: string; password: string; role: Person['role'] },
): Promise<{ id: string; cookie: string }> {
  const invitation = await post(ask, '/invitations', owner, { role })
  const { code } = z.object({ code: z.string() }).parse(JSON.parse(invitation.text))
  const accepted = await post(ask, '/invitations/accept', {}, { ...account, code })
  const { person } = z.object({ person: z.object({ id: z.string() }) }).parse(JSON.parse(accepted.text))
  return { id: person.id, cookie: accepted.cookie }
}

export async function madeToken(
  ask: Ask,
  person: Record<string, string>,
  scopes: readonly Token['scopes'][number][],
): Promise<string> {
  const made = await post(ask, '/tokens', person, { name: scopes.join(' ') || 'nothing', scopes })
  return z.object({ token: z.string() }).parse(JSON.parse(made.text)).token
}
