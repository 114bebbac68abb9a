// Who asks. Until people sign in there is one answer: whoever sits at this machine, through loopback or the box's own
// socket; everyone else is refused. The doors replace this file.
import type { MiddlewareHandler } from 'hono'
import { localOwner } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'

const isLoopback = (address: string): boolean =>
  /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/.test(address)

/** `door` says which listener took the connection: the socket's file mode is its permission. */
export const principalWall =
  (door: 'tcp' | 'socket'): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    if (door === 'socket') {
      c.set('principal', localOwner('socket'))
      return await next()
    }
    const address = c.env.incoming.socket.remoteAddress
    if (address === undefined || !isLoopback(address)) throw new HobError('loopback_only')
    c.set('principal', localOwner(c.req.header('sec-fetch-site') === undefined ? 'api' : 'page'))
    await next()
  }
