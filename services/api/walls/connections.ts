// Bounds what a network can hold open, over HTTP/1.1 and HTTP/2 alike: a cap on connections (one more gets an answer and
// is closed, the others go on) and on the streams of all of them, time limits on headers, bodies and idling, and a
// readable answer to what is not HTTP. Owns the list of open connections.
import type { SecureServerOptions, ServerHttp2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'
import type { MiddlewareHandler, Next } from 'hono'
import { HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'
import { rawError } from './raw.ts'

/** How many connections beyond the cap are held long enough to be told so; more are dropped by the kernel's side. */
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

export function createConnections({
  limit,
  times: own = times,
}: {
  limit: number
  times?: Times
}): Connections {
  const sockets = new Set<Socket>()
  /** By their peer: behind TLS the walls see another object than the one that was accepted. */
  const beyond = new Set<string>()
  let streams = 0

  const accept = (socket: Socket): void => {
    sockets.add(socket)
    socket.setKeepAlive(true, keepAliveProbeMs)
    const peer = peerOf(socket)
    const isBeyond = sockets.size > limit
    if (isBeyond) beyond.add(peer)
    const timer = isBeyond ? setTimeout(() => socket.destroy(), politeMs) : undefined
    socket.once('close', () => {
      clearTimeout(timer)
      beyond.delete(peer)
      sockets.delete(socket)
    })
  }

  return {
    limit,
    times: own,
    open: () => sockets.size,
    streams: () => streams,
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    wall: async (c, next) => {
      const { incoming } = c.env
      if (beyond.has(peerOf(incoming.socket)) || streams > limit)
        throw new HobError('too_many_connections', { limit })
      if (incoming.httpVersionMajor < 2 || c.env.upgrade !== undefined) await next()
      else await withinTime(incoming, next, own.bodyMs)
    },
    guard: (server) => {
      server.maxConnections = limit + toldPolitely
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
        endIdle(session, own.idleMs)
      })
      server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
        const code = codeOf(error.code ?? '')
        if (code === null || !socket.writable) socket.destroy()
        else socket.end(rawError(code))
      })
    },
  }
}

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
