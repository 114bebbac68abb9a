// What this folder's tests stand on: an audit log in a folder of its own, a clock that the test moves, the hand of
// somebody who can write the file.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type AuditEntry, type AuditVerify, auditRoutes } from '#appliance/contracts/audit.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { type App, createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import { openStore, type Store } from '#appliance/store/open.ts'
import { migrations } from '#services/api/audit/migrations.ts'
import { type Audit, registerAudit } from '#services/api/audit/routes.ts'
import { createManualClock, type ManualClock } from '#test/fakes/manual-clock.ts'

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hob-audit-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

export interface Opened {
  readonly app: App
  readonly audit: Audit
  readonly clock: ManualClock
  readonly file: string
  readonly logged: string[]
  get(path: string): Promise<Response>
  list(query?: string): Promise<AuditEntry[]>
  verify(): Promise<AuditVerify>
  /** Again on the same file, as a restart does. */
  reopen(): Opened
}

export function openLog(given: { file?: string; clock?: ManualClock } = {}): Opened {
  const file = given.file ?? join(folder(), 'audit.db')
  const clock = given.clock ?? createManualClock()
  const logged: string[] = []
  const log = createLog({ service: 'api', level: 'error', write: (line) => logged.push(line) })
  const app = createApp({ log })
  app.use(async (c, next) => {
    const principal = { ...localOwner('page'), user: 'p-owner' }
    c.set('principal', principal)
    c.set('caller', { principal, by: 'session', id: null, name: null, fresh: true, address: null })
    await next()
  })
  const audit = registerAudit(app, { file, clock, log })
  let closed = false
  const close = (): void => {
    if (!closed) audit.close()
    closed = true
  }
  onTestFinished(close)
  const connection = { incoming: { socket: { remoteAddress: '192.168.1.7' } } }
  const get = async (path: string): Promise<Response> =>
    await app.request(`/hob/v1/audit${path}`, {}, connection)
  return {
    app,
    audit,
    clock,
    file,
    logged,
    get,
    list: async (query = '') => {
      const schema = auditRoutes.list.responses[200].content['application/json'].schema
      return schema.parse(await (await get(query)).json()).entries
    },
    verify: async () =>
      auditRoutes.verify.responses[200].content['application/json'].schema.parse(
        await (await get('/verify')).json(),
      ),
    reopen: () => {
      close()
      return openLog({ file, clock })
    },
  }
}

/** As somebody with the file and SQLite would. */
export function withoutTriggers(file: string, change: (db: Store) => void): void {
  const db = openStore({ file, migrations })
  db.pragma('synchronous = OFF')
  for (const { name } of db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .all())
    db.exec(`DROP TRIGGER ${name}`)
  change(db)
  db.close()
}
