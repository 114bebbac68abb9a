// Who asks and from where, of a request, as an entry has it.
import type { Context } from 'hono'
import type { AuditRecord } from '#appliance/contracts/audit.ts'
import type { Principal } from '#appliance/contracts/principal.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'

const ways: Readonly<Record<Principal['origin'], AuditRecord['who']['by']>> = {
  page: 'session',
  api: 'token',
  socket: 'socket',
  service: 'service',
}

/** Without the name and the session's or token's id, which a principal does not carry. */
export const whoAsks = (c: Context<AppEnv>): AuditRecord['who'] => {
  const { user, origin } = c.get('principal')
  return { person: user, name: null, by: ways[origin], id: null }
}

/** The address is null on the box's own socket. */
export const fromWhere = (c: Context<AppEnv>): AuditRecord['from'] => ({
  address: c.env.incoming.socket.remoteAddress ?? null,
  agent: c.req.header('user-agent') ?? null,
})
