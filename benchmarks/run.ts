// `npm run bench [SUITE …]`: measures and prints; never passes or fails by time. Quote medians and ratios: the machine
// is never quite idle.
import { describe } from './report.ts'
import { auditSuite } from './suites/audit.ts'
import { boxSuite } from './suites/box.ts'

const suites = { box: boxSuite, audit: auditSuite } as const
const runs = Number(process.env['HOB_BENCH_RUNS'] ?? 5)

const wanted = process.argv.slice(2)
for (const [name, suite] of Object.entries(suites)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  process.stdout.write(`\n${name}\n${describe(await suite(runs))}\n`)
}
