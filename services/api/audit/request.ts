// Who asks and from where, of a request, as an entry has it; and what the walls and identity's routes have to tell.
import type { Context } from 'hono'
import type { AuditRecord } from '#appliance/contracts/audit.ts'
import type { Caller } from '#appliance/contracts/principal.ts'
import type { ErrorCode, HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'
import type { NoteOf } from '../identity/routes-shared.ts'
import type { Audit } from './routes.ts'

/** Before the walls know who asks, it is nobody. */
export function whoAsks(c: Context<AppEnv>): AuditRecord['who'] {
  const caller: Caller | undefined = c.get('caller')
  if (caller === undefined || caller.by === 'nobody')
    return { person: null, name: null, by: 'nobody', id: null }
  const { principal, name, by, id } = caller
  return { person: principal.user, name, by: by === 'ticket' ? 'session' : by, id }
}

/** The address is null on the box's own socket. */
export const fromWhere = (c: Context<AppEnv>): AuditRecord['from'] => ({
  address: c.env.incoming.socket.remoteAddress ?? null,
  agent: c.req.header('user-agent') ?? null,
})

/** What identity's routes tell. */
export const noteOf =
  (audit: Pick<Audit, 'append'>): NoteOf =>
  (c, { action, outcome, code = null, target = null, details = {}, who }) => {
    const asks = whoAsks(c)
    audit.append({
      who: who === undefined ? asks : { ...asks, ...who, by: asks.by === 'nobody' ? 'session' : asks.by },
      action,
      outcome,
      code,
      from: fromWhere(c),
      target,
      details: { ...details },
    })
  }

/** What the walls refused, by its code; the path without its query, which may hold anything. */
export const refusal = (c: Context<AppEnv>, { code }: HobError): AuditRecord => ({
  who: whoAsks(c),
  action: code === 'token_invalid' || code === 'ticket_invalid' ? 'token.refused' : 'request.refused',
  outcome: 'refused',
  code,
  from: fromWhere(c),
  target: c.req.path,
  details: { method: c.req.method },
})

/** A connection that was cut, or whose bytes made no request: all that is known of it is its address. */
export const turnedAway = (address: string | null, code: ErrorCode): AuditRecord => ({
  who: { person: null, name: null, by: 'nobody', id: null },
  action: 'request.refused',
  outcome: 'refused',
  code,
  from: { address, agent: null },
  target: null,
  details: {},
})
