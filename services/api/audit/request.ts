// Who asks and from where, of a request, as an entry has it; and what the walls and identity's routes have to tell.
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import type { AuditRecord } from '#appliance/contracts/audit.ts'
import type { Caller } from '#appliance/contracts/principal.ts'
import { type ErrorCode, HobError } from '#appliance/errors.ts'
import type { AppEnv } from '#appliance/ipc/app.ts'
import type { NoteOf } from '../identity/routes-shared.ts'
import type { Audit } from './routes.ts'

const nobody: AuditRecord['who'] = { person: null, name: null, by: 'nobody', id: null }

/** Before the walls know who asks, it is nobody. */
export function whoAsks(c: Context<AppEnv>): AuditRecord['who'] {
  const caller: Caller | undefined = c.get('caller')
  if (caller === undefined || caller.by === 'nobody') return nobody
  const { principal, name, by, id } = caller
  return { person: principal.user, name, by: by === 'ticket' ? 'session' : by, id }
}

/** The address is null on the box's own socket. */
export const fromWhere = (c: Context<AppEnv>): AuditRecord['from'] => ({
  address: c.env.incoming.socket.remoteAddress ?? null,
  agent: c.req.header('user-agent') ?? null,
})

/** What somebody did, or tried to do, by this request. */
export const byRequest = (
  c: Context<AppEnv>,
  {
    action,
    outcome,
    code = null,
    details = {},
  }: Pick<AuditRecord, 'action' | 'outcome'> & Partial<Pick<AuditRecord, 'code' | 'details'>>,
): AuditRecord => ({ who: whoAsks(c), action, outcome, code, from: fromWhere(c), target: null, details })

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

/** Does what somebody asked for and records it, or the code with which it was refused or failed. */
export async function recorded<Result>(
  audit: Pick<Audit, 'append'>,
  c: Context<AppEnv>,
  { action, target, details = {} }: Pick<AuditRecord, 'action' | 'target'> & Partial<AuditRecord>,
  work: () => Promise<Result>,
): Promise<Result> {
  const tell = (outcome: AuditRecord['outcome'], code: ErrorCode | null): void =>
    void audit.append({ who: whoAsks(c), from: fromWhere(c), action, target, details, outcome, code })
  try {
    const result = await work()
    tell('done', null)
    return result
  } catch (error) {
    if (error instanceof HobError) tell(error.status < 500 ? 'refused' : 'failed', error.code)
    throw error
  }
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

/** The same of what came to the encrypted port in plain HTTP, and never to the walls. */
export const plainRefusal = (
  { method = '', url = '', headers, socket }: IncomingMessage,
  { code }: HobError,
): AuditRecord => ({
  who: nobody,
  action: 'request.refused',
  outcome: 'refused',
  code,
  from: { address: socket.remoteAddress ?? null, agent: headers['user-agent'] ?? null },
  target: url.replace(/[?#][^]*$/, ''),
  details: { method },
})

/** A connection that was cut, or whose bytes made no request: all that is known of it is its address. */
export const turnedAway = (address: string | null, code: ErrorCode): AuditRecord => ({
  who: nobody,
  action: 'request.refused',
  outcome: 'refused',
  code,
  from: { address, agent: null },
  target: null,
  details: {},
})
