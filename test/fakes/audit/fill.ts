// Fills an audit log for the benchmark: `fill.ts FILE ENTRIES`, half a year of random entries from a fixed seed. Prints
// as JSON how long single appends took, without waiting for the disk and with it, in milliseconds.
import { createLog } from '#appliance/log.ts'
import { openAuditStore } from '#services/api/audit/store.ts'
import { random } from '#test/fakes/random.ts'
import { randomRecord } from './records.ts'

const halfYearMs = 184 * 86_400_000
const single = 1_000
const onDisk = 200
const atOnce = 5_000

const [file = '', given = '0'] = process.argv.slice(2)
const entries = Number(given)
const next = random(1)
const startMs = Date.now() - halfYearMs
let written = 0
const store = openAuditStore({
  file,
  now: () => new Date(startMs + (written++ / entries) * halfYearMs),
  log: createLog({ service: 'api', level: 'error' }),
})

const appendEach = (count: number): number[] =>
  Array.from({ length: count }, () => {
    const record = randomRecord(next)
    const before = performance.now()
    store.append([record])
    return performance.now() - before
  })

store.db.pragma('synchronous = OFF')
for (let left = entries - single - onDisk; left > 0; left -= atOnce)
  store.append(Array.from({ length: Math.min(atOnce, left) }, () => randomRecord(next)))
const withoutDisk = appendEach(single)
store.db.pragma('synchronous = FULL')
const withDisk = appendEach(onDisk)
store.close()
process.stdout.write(JSON.stringify({ withoutDisk, withDisk }))
