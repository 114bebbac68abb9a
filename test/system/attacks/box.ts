// A running box with TLS as those meet it who attack it: its own processes, real sockets, and the record that its owner
// reads afterwards. For the tests of this folder, one box each.
import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { z } from 'zod'
import { type AuditEntry, auditRoutes } from '#appliance/contracts/audit.ts'
import { identityRoutes, sessionSchema, type Token } from '#appliance/contracts/identity.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { type Client, createClient } from '#appliance/ipc/client.ts'
import { socketPath } from '#appliance/ipc/serve.ts'
import { freePort } from '#benchmarks/box.ts'
import { ownerAccount } from '#benchmarks/owner.ts'
import { type Box, launch, root } from '../box.ts'
import type { LogLine } from '../log-line.ts'

/** Whoever sits at the box: the caller of `client`. */
export const owner = { principal: localOwner('socket') } as const
/** For a box whose clock the test moves, with `aMinuteLater`. */
export const movedClock = {
  NODE_OPTIONS: `--import=${join(root, 'test/system/attacks/moved-clock.ts')}`,
} as const

export interface Target {
  readonly box: Box
  readonly port: number
  readonly plainPort: number
  readonly origin: string
  /** Calls on the box's own socket, as its owner. */
  readonly client: Client
  /** Somebody whom the record tells from everybody before. */
  stranger(): Stranger
  /** The first time that the box is claimed, with `ownerAccount`. */
  claim(): Promise<void>
  signIn(account?: { name: string; password: string }): Promise<Device>
  token(
    ...scopes: Token['scopes']
  ): Promise<{ id: string; secret: string; headers: { authorization: string } }>
  /** What is recorded as refused to a stranger, whole; the newest first. */
  refusals(who: Stranger): Promise<AuditEntry[]>
  /** The row of the one thing that a stranger was refused, with this code; throws when it is not there. */
  auditRow(who: Stranger, code: string): Promise<AuditEntry>
  /** The api's clock, from then on: it stands still until it is moved again. */
  aMinuteLater(): Promise<void>
  restart(): Promise<Target>
  stop(): Promise<void>
}

/** The record tells who by the user agent, and writes out twenty refusals of an address a minute. */
export interface Stranger {
  readonly from: string
  readonly headers: { readonly 'user-agent': string }
  readonly since: string
}

/** A browser that is signed in. */
export interface Device {
  readonly id: string
  /** As the box's page sends them. */
  readonly headers: { readonly cookie: string; readonly origin: string }
  call(method: string, path: string, body?: object): Promise<Said>
}

export interface Said {
  readonly status: number
  readonly code: string
  readonly text: string
  readonly retryAfter: number
  readonly cookie: string
}

interface Options {
  environment?: Record<string, string>
  dataDir?: string
}

/** A box that nobody owns yet. */
export async function unclaimedBox({ environment = {}, dataDir }: Options = {}): Promise<Target> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'hob-attack-'))
  const plainPort = await freePort()
  const box = await launch({
    dataDir: folder,
    environment: {
      HOB_TLS: 'on',
      HOB_PLAIN_PORT: String(plainPort),
      HOB_REQUESTS_PER_MINUTE: '100000',
      ...environment,
    },
  })
  try {
    await box.waitFor(({ message }) => message === 'the box is ready', 110_000)
  } catch (error) {
    await box.stop()
    throw error
  }
  const { port } = box
  const origin = `https://localhost:${port}`
  const client = createClient({ service: 'api', socketPath: socketPath(join(folder, 'run'), 'api') })
  let strangers = 0

  const refusals: Target['refusals'] = async ({ since, headers }) => {
    const query = { limit: 200, outcome: 'refused', since } as const
    const { entries } = await client.call(auditRoutes.list, { query }, owner)
    return entries.filter(({ from }) => from.agent === headers['user-agent'])
  }
  const end = async (): Promise<void> => {
    client.close()
    await box.stop()
  }

  return {
    box,
    port,
    plainPort,
    origin,
    client,
    stranger: () => ({
      from: `127.9.0.${Math.floor(++strangers / 8) + 1}`,
      headers: { 'user-agent': `stranger ${strangers}` },
      since: new Date().toISOString(),
    }),
    claim: async () => void (await client.call(identityRoutes.claim, { json: { ...ownerAccount } }, owner)),
    signIn: async (account = ownerAccount) => {
      const said = await ask(port, { method: 'POST', path: '/hob/v1/session', headers: { origin } }, account)
      expect(said.status, said.text).toBe(201)
      return await deviceOf(port, said.cookie)
    },
    token: async (...scopes) => {
      const json = { name: `with ${scopes.length} scopes`, scopes }
      const { id, token } = await client.call(identityRoutes.makeToken, { json }, owner)
      return { id, secret: token, headers: { authorization: `Bearer ${token}` } }
    },
    refusals,
    auditRow: async (who, code) => {
      const rows = await refusals(who)
      const row = rows.find((one) => one.from.address === who.from && one.code === code)
      if (row !== undefined && rows.length === 1) return row
      throw new Error(`not one row with ${code} but ${JSON.stringify(rows)}`)
    },
    aMinuteLater: () => aMinuteLater(box),
    restart: async () => {
      await end()
      return await unclaimedBox({ environment, dataDir: folder })
    },
    stop: async () => {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function claimedBox(options: Options = {}): Promise<Target> {
  const target = await unclaimedBox(options)
  await target.claim()
  return target
}

/** Who came in through a door, by the cookie that it set. */
export async function deviceOf(port: number, cookie: string): Promise<Device> {
  const headers = { cookie, origin: `https://localhost:${port}` }
  const call: Device['call'] = (method, path, body) => ask(port, { method, path, headers }, body)
  const { sessions } = sessionsSchema.parse(JSON.parse((await call('GET', '/hob/v1/sessions')).text))
  const id = sessions.find(({ current }) => current)?.id ?? ''
  return { id, headers, call }
}

interface Asked {
  method: string
  path: string
  headers?: Record<string, string>
  who?: Stranger
}

/** One request of a client that keeps to the rules, over TLS and HTTP/1.1. */
export function ask(port: number, { method, path, headers = {}, who }: Asked, body?: object): Promise<Said> {
  const typed = body === undefined ? {} : { 'content-type': 'application/json' }
  return new Promise((resolve, reject) => {
    const request = httpsRequest({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      rejectUnauthorized: false,
      agent: false,
      method,
      path,
      headers: { host: `localhost:${port}`, ...typed, ...headers, ...who?.headers },
      ...(who === undefined ? {} : { localAddress: who.from }),
    })
    request.once('error', reject)
    request.once('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (text += chunk))
      answer.once('error', reject)
      answer.once('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          code: String(answer.headers['x-hob-error'] ?? ''),
          text,
          retryAfter: Number(answer.headers['retry-after'] ?? 0),
          cookie: /^[^;]+/.exec(answer.headers['set-cookie']?.[0] ?? '')?.[0] ?? '',
        }),
      )
    })
    request.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** The api's clock, in a box started with `movedClock`: a minute ahead, and it stands still from then on. */
export async function aMinuteLater(box: Box): Promise<void> {
  const api = box.processes().get('api')
  if (api === undefined) throw new Error('no api')
  const before = box.lines.filter(isMove).length
  process.kill(api, 'SIGUSR2')
  await box.waitFor((line) => isMove(line) && box.lines.filter(isMove).length > before)
}

const isMove = ({ service, message }: LogLine): boolean => service === 'clock' && message === 'moved'

const sessionsSchema = z.object({ sessions: z.array(sessionSchema) })
