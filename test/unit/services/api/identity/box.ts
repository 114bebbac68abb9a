// What this folder's tests stand on: an identity in a folder of its own, its routes behind stand-ins for the walls (who
// asks, by cookie, token or socket; what the contract says that it needs), a clock that the test moves, and browsers.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { freshKey, mayDo, needKey, type RightName, rights } from '#appliance/contracts/access.ts'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import type { Caller } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import { type App, createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import type { Ended, From } from '#services/api/identity/identity.ts'
import { type IdentityParts, openIdentity } from '#services/api/identity/open.ts'
import type { PasswordCost } from '#services/api/identity/passwords.ts'
import { registerIdentity } from '#services/api/identity/routes.ts'
import type { Note } from '#services/api/identity/routes-shared.ts'
import { createManualClock, type ManualClock } from '#test/fakes/manual-clock.ts'

export const seconds = 1_000
export const minutes = 60_000
export const hours = 3_600_000
export const days = 86_400_000

/** Hashing with it takes a fraction of a millisecond: how long is passwords.test.ts's business. */
const cheap: PasswordCost = { memoryKiB: 64, passes: 1 }
export const password = 'a lamp behind the stove'
export const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'

/** What a test reads of an answer, before it looks. */
// oxlint-disable-next-line typescript/no-explicit-any -- a test's expectation is the check
export type Json = any

export interface Answer {
  status: number
  json: Json
  headers: Headers
}

/** A browser (it keeps its cookie), a program (with a token), or the box's own socket. */
export interface Visitor {
  call(method: string, path: string, body?: unknown): Promise<Answer>
  cookie: string | null
}

export interface TestBox {
  parts: IdentityParts
  app: App
  clock: ManualClock
  file: string
  notes: Note[]
  logged: string[]
  ended: Ended[]
  removed: string[]
  renamed: string[]
  visitor(options?: {
    address?: string
    agent?: string
    token?: string
    socket?: boolean
    host?: string
    http2?: boolean
  }): Visitor
  /** Claimed over the socket by Vesta, who is signed in here. */
  owner(): Promise<Visitor>
  /** Somebody invited by the owner, signed in; with their id. */
  person(
    owner: Visitor,
    name: string,
    role: string,
  ): Promise<Visitor & { id: string; recoveryCodes: string[] }>
}

interface Options {
  file?: string
  clock?: ManualClock
  cost?: PasswordCost
  secureCookies?: boolean
  boxId?: string
}

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hob-identity-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export function openBox(options: Options = {}): TestBox {
  const clock = options.clock ?? createManualClock(Date.parse('2026-11-21T12:00:00Z'))
  const logged: string[] = []
  const log = createLog({ service: 'api', level: 'debug', write: (line) => void logged.push(line) })
  const removed: string[] = []
  const renamed: string[] = []
  const notes: Note[] = []
  const ended: Ended[] = []
  const file = options.file ?? join(folder(), 'identity.db')
  const parts = openIdentity({
    file,
    now: () => clock.now(),
    log,
    boxId: options.boxId ?? 'box-1',
    hosts: () => ['hob-ab12.local', 'localhost', '192.168.1.9'],
    boxName: () => 'Kitchen Hob',
    onRemoved: (user) => void removed.push(user),
    passwordCost: options.cost ?? cheap,
  })
  onTestFinished(() => parts.identity.close())
  parts.identity.onEnded((one) => void ended.push(one))
  const app = createApp({ log })
  standInForWalls(app, parts)
  registerIdentity(app, {
    parts,
    note: (_, note) => void notes.push(note),
    secureCookies: options.secureCookies ?? true,
    box: {
      name: () => 'Kitchen Hob',
      host: () => 'hob-ab12.local',
      fingerprint: () => 'AB:CD',
      plainPort: () => 4621,
      claimed: () => undefined,
      checkName: (name) => {
        if (name === 'no name') throw new HobError('name_invalid', { detail: 'not that one' })
      },
      rename: (name) => void renamed.push(name),
      origins: () => ['https://hob-ab12.local', 'https://192.168.1.9'],
    },
  })

  const visitor: TestBox['visitor'] = ({
    address = '192.168.1.20',
    agent = iPhone,
    token,
    socket,
    host,
    http2,
  } = {}) => {
    const self: Visitor = {
      cookie: null,
      call: async (method, path, body) => {
        const named = host ?? 'hob-ab12.local'
        const init = {
          method,
          headers: {
            ...(http2 === true ? {} : { host: named }),
            'user-agent': agent,
            'x-test-address': address,
            ...(socket === true ? { 'x-test-socket': '1' } : {}),
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(self.cookie === null ? {} : { cookie: self.cookie }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }
        // HTTP/2 has no Host, but `:authority`
        const incoming = { headers: http2 === true ? { ':authority': named } : {} }
        const response = await app.request(`/hob/v1${path}`, init, { incoming })
        const set = response.headers.get('set-cookie')
        if (set !== null) self.cookie = /Max-Age=0/.test(set) ? null : (set.split(';')[0] ?? null)
        const text = await response.text()
        return {
          status: response.status,
          json: text === '' ? null : JSON.parse(text),
          headers: response.headers,
        }
      },
    }
    return self
  }

  return {
    parts,
    app,
    clock,
    file,
    notes,
    logged,
    ended,
    removed,
    renamed,
    visitor,
    owner: async () => {
      if (!parts.identity.claimed())
        await visitor({ socket: true }).call('POST', '/claim', { name: 'Vesta', password })
      return await signedIn(visitor(), 'Vesta')
    },
    person: async (owner, name, role) => {
      const { json } = await owner.call('POST', '/invitations', { role })
      const guest = visitor({ address: '192.168.1.30' })
      const accepted = await guest.call('POST', '/invitations/accept', { code: json.code, name, password })
      expect(accepted.status, JSON.stringify(accepted.json)).toBe(201)
      return Object.assign(guest, {
        id: String(accepted.json.person.id),
        recoveryCodes: accepted.json.recoveryCodes,
      })
    },
  }
}

export async function signedIn(visitor: Visitor, name: string, secret = password): Promise<Visitor> {
  const answer = await visitor.call('POST', '/session', { name, password: secret })
  expect(answer.status, JSON.stringify(answer.json)).toBe(201)
  return visitor
}

/** The status and the code of an error. */
export const refusal = ({ status, json }: Answer): [number, string] => [status, String(json?.error?.code)]

const isRight = (need: unknown): need is RightName => typeof need === 'string' && need in rights

function standInForWalls(app: App, { identity }: IdentityParts): void {
  const needs = Object.values(identityRoutes).map((route) => ({
    method: route.method.toUpperCase(),
    path: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    fields: new Map<string, unknown>(Object.entries(route)),
  }))
  app.use(async (c, next) => {
    const from: From = {
      address: c.req.header('x-test-address') ?? null,
      agent: c.req.header('user-agent') ?? null,
    }
    const nobody: Caller = {
      principal: { user: 'nobody', role: 'guest', scopes: [], origin: 'page' },
      by: 'nobody',
      id: null,
      name: null,
      fresh: false,
      address: from.address,
    }
    const socket: Caller = {
      ...nobody,
      principal: identity.onTheBox(),
      by: 'socket',
      fresh: true,
      address: null,
    }
    const token = /^Bearer (.*)$/.exec(c.req.header('authorization') ?? '')?.[1]
    const cookie = /^(?:__Host-)?hob=(.*)$/.exec(c.req.header('cookie') ?? '')?.[1]
    const found =
      c.req.header('x-test-socket') === '1'
        ? socket
        : token !== undefined
          ? identity.byToken(token, from)
          : cookie !== undefined
            ? identity.bySession(cookie, from)
            : null
    const caller = found ?? nobody
    c.set('caller', caller)
    c.set('principal', caller.principal)
    const rule = needs.find(({ method, path }) => method === c.req.method && path.test(c.req.path))
    const need = rule?.fields.get(needKey)
    if (isRight(need) && !mayDo(caller.principal, need)) return c.json({ error: { code: 'wall' } }, 403)
    if (rule?.fields.get(freshKey) === true && !caller.fresh)
      return c.json({ error: { code: 'wall_fresh' } }, 403)
    await next()
  })
}
