// Who asks. Until people sign in there is one answer: whoever sits at this machine, through loopback or the box's own
// socket; everyone else is refused. The doors replace this file.
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { localOwner } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'

const isLoopback = (address: string): boolean =>
  /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(address)

export interface Admission {
  wall: MiddlewareHandler<AppEnv>
  /** Connections of this server came through the box's own socket, whose file mode is their permission. */
  trustSocketOf(server: Server): void
}

export function createAdmission(): Admission {
  const own = new WeakSet<Socket>()
  return {
    wall: async (c, next) => {
      const { socket } = c.env.incoming
      const address = socket.remoteAddress
      if (own.has(socket)) c.set('principal', localOwner('socket'))
      else if (address !== undefined && isLoopback(address)) {
        c.set('principal', localOwner(c.req.header('sec-fetch-site') === undefined ? 'api' : 'page'))
      } else throw new HobError('loopback_only')
      await next()
    },
    trustSocketOf: (server) => server.on('connection', (socket: Socket) => own.add(socket)),
  }
}
