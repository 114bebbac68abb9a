// Bounds what a network can hold open, over HTTP/1.1 and HTTP/2 alike: a cap on connections (room.ts says who gives way to
// one more; when nobody does, it gets an answer and is closed) and on the streams of all of them, time limits on headers,
// bodies and idling, and a readable answer to what is not HTTP. Owns the list of open connections.
import type { SecureServerOptions, ServerHttp2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'
import type { MiddlewareHandler, Next } from 'hono'
import { type ErrorCode, HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'
import { rawError } from './raw.ts'
import { type Held, whoGivesWay } from './room.ts'

/** How many connections beyond the cap are held long enough to be told so; more are dropped. */
const toldPolitely = 64
const politeMs = 2_000
/** A peer that left without a word is noticed by the kernel. */
const keepAliveProbeMs = 60_000

export interface Times {
  /** From the connection's first moment to the end of the first headers; the TLS handshake has the same. */
  headersMs: number
  /** For a request's body. */
  bodyMs: number
  /** Between two requests. */
  idleMs: number
  /** How often the first two are looked at under HTTP/1. */
  checkMs: number
}

export const times: Times = { headersMs: 15_000, bodyMs: 60_000, idleMs: 30_000, checkMs: 5_000 }

/**
 * What one HTTP/2 session may do, as Node and nghttp2 enforce it: more ends the session (floods of SETTINGS, PING,
 * empty frames and resets, "Rapid Reset", CVE-2023-44487) or the stream (headers beyond the list's size).
 */
export const sessionLimits = {
  settings: { maxConcurrentStreams: 100, maxHeaderListSize: 16 * 1024, enableConnectProtocol: true },
  /** Megabytes. */
  maxSessionMemory: 10,
  maxSettings: 32,
  maxOutstandingPings: 10,
  maxHeaderListPairs: 128,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  streamResetBurst: 200,
  streamResetRate: 20,
} as const satisfies SecureServerOptions

export interface Connections {
  wall: MiddlewareHandler<AppEnv>
  guard(server: Server): void
  open(): number
  /** Running requests of HTTP/2; each connection of HTTP/1 has one at most. */
  streams(): number
  /** Ends what is open, whatever it does. */
  cut(): void
  readonly limit: number
  readonly times: Times
}

interface Uses {
  limit: number
  times?: Times
  /** Told of what was cut or refused before it was a request of the application's. */
  turnedAway?: (from: { address: string | null; code: ErrorCode }) => void
}

export function createConnections({
  limit,
  times: own = times,
  turnedAway = () => undefined,
}: Uses): Connections {
  /** By their peer, the oldest first: behind TLS the walls see another object than the one that was accepted. */
  const held = new Map<string, Connection>()
  let beyond = 0
  let streams = 0

  const giveRoom = (address: string | null): boolean => {
    const within = [...held.values()].filter(({ isBeyond }) => !isBeyond)
    const victim = whoGivesWay(within, { newcomer: address, limit })
    victim?.socket.destroy()
    if (victim !== null) turnedAway({ address: victim.address, code: 'too_many_connections' })
    return victim !== null
  }

  const accept = (socket: Socket): void => {
    const peer = peerOf(socket)
    const address = addressOf(socket)
    const isBeyond = held.size - beyond >= limit && !giveRoom(address)
    if (isBeyond && beyond >= toldPolitely) return void socket.destroy()
    const connection = { socket, address, isBeyond, answered: 0, asking: 0 }
    held.set(peer, connection)
    if (isBeyond) beyond++
    socket.setKeepAlive(true, keepAliveProbeMs)
    const timer = isBeyond ? setTimeout(() => socket.destroy(), politeMs) : undefined
    socket.once('close', () => {
      clearTimeout(timer)
      if (isBeyond) beyond--
      if (held.get(peer) === connection) held.delete(peer)
    })
  }

  return {
    limit,
    times: own,
    open: () => held.size,
    streams: () => streams,
    cut: () => {
      for (const { socket } of held.values()) socket.destroy()
    },
    wall: async (c, next) => {
      const { incoming } = c.env
      const connection = held.get(peerOf(incoming.socket))
      if (connection?.isBeyond === true || streams > limit)
        throw new HobError('too_many_connections', { limit })
      if (connection !== undefined) connection.asking++
      try {
        if (incoming.httpVersionMajor < 2 || c.env.upgrade !== undefined) await next()
        else await withinTime(incoming, next, own.bodyMs)
      } finally {
        if (connection !== undefined) {
          connection.asking--
          connection.answered++
        }
      }
    },
    guard: (server) => {
      Object.assign(server, {
        headersTimeout: own.headersMs,
        requestTimeout: own.bodyMs,
        keepAliveTimeout: own.idleMs,
        connectionsCheckingInterval: own.checkMs,
        maxRequestsPerSocket: 0,
      })
      server.on('connection', accept)
      server.on('session', (session: ServerHttp2Session) => {
        session.on('stream', (stream) => {
          streams++
          stream.once('close', () => streams--)
        })
        // gone from the socket by the time of the error
        const address = addressOf(session.socket)
        session.once('error', (error: NodeJS.ErrnoException) => {
          if (error.code === 'ERR_HTTP2_ERROR') turnedAway({ address, code: 'bad_http' })
        })
        endIdle(session, own.idleMs)
      })
      server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
        const code = codeOf(error.code ?? '')
        if (code === null || socket.destroyed) return void socket.destroy()
        // what still pours in must not cut the answer that is on its way out
        if (!socket.writable) return
        // browsers open connections that they never use: what timed out before it asked is no attack
        const asked = (held.get(peerOf(socket))?.asking ?? 0) > 0
        if (code === 'header_too_large' || (code === 'request_timeout' && asked))
          turnedAway({ address: addressOf(socket), code })
        socket.end(rawError(code))
        setTimeout(() => socket.destroy(), politeMs).unref()
      })
    },
  }
}

interface Connection extends Held {
  readonly socket: Socket
  readonly isBeyond: boolean
  /** Requests that are being read or worked on. */
  asking: number
}

const addressOf = ({ remoteAddress }: Socket): string | null =>
  remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? null

const peerOf = ({ remoteAddress, remotePort, localAddress }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress}`

/** Node limits the time of a body under HTTP/1 alone. */
async function withinTime(
  incoming: AppEnv['Bindings']['incoming'],
  next: Next,
  bodyMs: number,
): Promise<void> {
  const timer = setTimeout(() => {
    if (!incoming.readableEnded) incoming.destroy(new HobError('request_timeout'))
  }, bodyMs)
  // whoever reads the body sees the error; nobody else need
  incoming.once('error', () => undefined)
  try {
    await next()
  } finally {
    clearTimeout(timer)
  }
}

/** Counts requests, not bytes: a session that dribbles headers or pings is idle. */
function endIdle(session: ServerHttp2Session, idleMs: number): void {
  let running = 0
  const end = (): void => {
    session.close()
    setTimeout(() => session.destroy(), politeMs).unref()
  }
  let timer = setTimeout(end, idleMs)
  session.on('stream', (stream) => {
    running++
    clearTimeout(timer)
    stream.once('close', () => {
      if (--running === 0 && !session.destroyed) timer = setTimeout(end, idleMs)
    })
  })
  session.once('close', () => clearTimeout(timer))
}

/** Null: not HTTP's fault, such as a TLS handshake that failed; nobody would understand an answer. */
const codeOf = (code: string): 'header_too_large' | 'request_timeout' | 'bad_http' | null =>
  code === 'HPE_HEADER_OVERFLOW'
    ? 'header_too_large'
    : code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? 'request_timeout'
      : code.startsWith('HPE_')
        ? 'bad_http'
        : null
