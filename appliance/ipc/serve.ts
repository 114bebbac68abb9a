// Serves a service's routes on its Unix socket: adopts the one that systemd hands over, else binds its own in the run
// folder. The socket's mode is the permission. Used by services' main.ts.
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { Server } from 'node:http'
import { join } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import { HobError } from '../errors.ts'
import { handedOver } from './handed-over.ts'

type Fetch = (request: Request, env: object) => Response | Promise<Response>

export interface Running {
  server: Server
  /** Stops accepting, lets running requests end, closes the rest when the deadline aborts. */
  close(deadline: AbortSignal): Promise<void>
}

/** sun_path holds 108 bytes with its final NUL (unix(7)). */
const longestSocketPath = 107

/** Throws config_invalid when the run folder's path is too long for a socket. */
export const socketPath = (runDir: string, service: string): string => {
  const path = join(runDir, `${service}.sock`)
  if (Buffer.byteLength(path) > longestSocketPath) {
    const allowed = `a folder whose path has at most ${longestSocketPath - service.length - 6} bytes`
    throw new HobError('config_invalid', {
      name: 'HOB_RUN_DIR',
      value: runDir,
      detail: 'too long for a Unix socket',
      allowed,
    })
  }
  return path
}

export function createServer(fetch: Fetch): Server {
  const server = createAdaptorServer({ fetch })
  if (!(server instanceof Server)) throw new TypeError('expected an HTTP/1 server')
  return server
}

export async function serveSocket({
  service,
  runDir,
  fetch,
}: {
  service: string
  runDir: string
  fetch: Fetch
}): Promise<Running> {
  const server = createServer(fetch)
  // the client ends what it no longer needs: ended here, an idle connection would fail the request (EPIPE) of a client
  // that was busy for more than a second and has not seen its end yet
  server.keepAliveTimeout = 0
  const handed = handedOver('unix')
  if (handed === null) {
    const path = socketPath(runDir, service)
    mkdirSync(runDir, { recursive: true, mode: 0o700 })
    // what a killed predecessor left; the data folder's lock says that nobody is behind it
    rmSync(path, { force: true })
    await listen(server, { path })
    chmodSync(path, 0o600)
  } else {
    await listen(server, handed)
  }
  return { server, close: (deadline) => closeServer(server, deadline) }
}

export const listen = (
  server: Server,
  at: { path: string } | { fd: number } | { port: number; host: string },
): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, () => {
      server.off('error', reject)
      resolve()
    })
  })

export const closeServer = (server: Server, deadline: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    const cut = (): void => server.closeAllConnections()
    if (deadline.aborted) cut()
    else deadline.addEventListener('abort', cut, { once: true })
  })
