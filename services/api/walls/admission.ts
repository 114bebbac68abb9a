// Who asks: the box's own socket, a token, a ticket of the live channel, a session's cookie, or nobody. Counts each of them
// against its rate. Knows who came through the socket; asks identity for everything else, on every request.
//
//   own socket ──▶ Authorization ──▶ ?ticket= (live alone) ──▶ cookie ──▶ nobody
//                     └─wrong: 401, whatever stands behind it
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Caller } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'
import type { From, Identity } from '../identity/identity.ts'
import { livePath } from '../live/routes.ts'
import { cookieName } from './cookie.ts'
import type { Rates } from './rates.ts'

/** Whoever watches the box's health asks often and learns nothing. */
const uncounted: readonly string[] = ['/healthz', '/readyz']
const secretParameters: readonly string[] = ['token', 'access_token', 'api_key']
const longestSecret = 512

export interface Admission {
  wall: MiddlewareHandler<AppEnv>
  /** Connections of this server came through the box's own socket, whose file mode is their permission. */
  trustSocketOf(server: Server): void
}

interface Uses {
  identity: Identity
  rates: Rates
  tls: boolean
}

export function createAdmission({ identity, rates, tls }: Uses): Admission {
  const own = new WeakSet<Socket>()

  const find = async (c: Context<AppEnv>, from: From): Promise<Caller> => {
    refuseSecretInUrl(
      c,
      (secret) => (identity.byToken(secret, from) ?? identity.bySession(secret, from)) !== null,
    )
    const authorization = c.req.header('authorization')
    // before the claim there are no secrets to be right or wrong: the next wall says that it must be claimed
    if (!identity.claimed()) return nobody(c, from)
    if (authorization !== undefined) return ofToken(authorization, from)
    const ticket = c.req.path === livePath ? c.req.query('ticket') : undefined
    if (ticket !== undefined) {
      const caller = await identity.byTicket(ticket.slice(0, longestSecret), from)
      if (caller === null) throw new HobError('ticket_invalid')
      return caller
    }
    const cookie = getCookie(c, cookieName(tls))
    const caller =
      cookie === undefined || cookie.length > longestSecret ? null : identity.bySession(cookie, from)
    return caller ?? nobody(c, from)
  }

  const ofToken = (authorization: string, from: From): Caller => {
    const secret = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
    const caller =
      secret === undefined || secret.length > longestSecret ? null : identity.byToken(secret, from)
    if (caller === null) throw new HobError('token_invalid')
    return caller
  }

  const admit = async (c: Context<AppEnv>): Promise<Caller> => {
    const from = fromOf(c)
    const count = (): void => rates.address(from.address ?? '')
    try {
      const caller = await find(c, from)
      if (uncounted.includes(c.req.path)) return caller
      if (caller.by === 'nobody') count()
      else rates.person(caller.principal.user)
      return caller
    } catch (error) {
      // who tries secrets is counted wherever they do
      if (error instanceof HobError && error.code !== 'too_many_requests') count()
      throw error
    }
  }

  return {
    wall: async (c, next) => {
      const caller = own.has(c.env.incoming.socket) ? ofSocket(identity) : await admit(c)
      c.set('caller', caller)
      c.set('principal', caller.principal)
      await next()
    },
    trustSocketOf: (server) => server.on('connection', (socket: Socket) => own.add(socket)),
  }
}

const ofSocket = (identity: Pick<Identity, 'onTheBox'>): Caller => ({
  principal: identity.onTheBox(),
  by: 'socket',
  id: null,
  name: null,
  fresh: true,
  address: null,
})

const nobody = (c: Context<AppEnv>, { address }: From): Caller => ({
  principal: {
    user: 'nobody',
    role: 'guest',
    scopes: [],
    origin: c.req.header('sec-fetch-site') === undefined ? 'api' : 'page',
  },
  by: 'nobody',
  id: null,
  name: null,
  fresh: false,
  address,
})

/** The address is the connection's own: every header about it can be a lie. */
function fromOf(c: Context<AppEnv>): From {
  const address = c.env.incoming.socket.remoteAddress
  return {
    address: address?.replace(/^::ffff:(?=\d+\.)/, '') ?? null,
    agent: c.req.header('user-agent')?.slice(0, 300) ?? null,
  }
}

function refuseSecretInUrl(c: Context<AppEnv>, isReal: (secret: string) => boolean): void {
  const found = [...new URL(c.req.url).searchParams].find(
    ([name, value]) => secretParameters.includes(name.toLowerCase()) || value.startsWith('hob_'),
  )
  if (found === undefined) return
  const real = found[1].length <= longestSecret && isReal(found[1])
  throw new HobError('secret_in_url', { also: real ? ' This one is real: revoke it, and make another.' : '' })
}
