// Started by append.test.ts and killed: appends as fast as it can, and tells each number once the entry is safe.
import { writeSync } from 'node:fs'
import { createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import { systemClock } from '#appliance/timers/timers.ts'
import { registerAudit } from '#services/api/audit/routes.ts'
import { record } from '#test/fakes/audit/records.ts'

const log = createLog({ service: 'api', level: 'error' })
const audit = registerAudit(createApp({ log }), { file: process.argv[2] ?? '', clock: systemClock, log })
for (let n = 1; n <= 100_000; n++) {
  const entry = audit.append(record({ details: { n } }))
  writeSync(1, `${entry?.seq}\n`)
}
