// A hundred thousand requests from the OpenAPI document and its neighbourhood (test/system/fuzz): no 5xx, no crash, no
// hang. Prints the seed and what was answered how often.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printedSeed } from '#test/fakes/random.ts'
import type { Box } from '../system/box.ts'
import { patienceMs, startFuzzBox } from '../system/fuzz/box.ts'
import { fuzz } from '../system/fuzz/run.ts'

const requests = Number(process.env['HOB_FUZZ_REQUESTS'] ?? 100_000)

let box: Box
let plainPort: number
beforeAll(async () => {
  ;({ box, plainPort } = await startFuzzBox())
}, patienceMs)
afterAll(() => box.stop(), patienceMs)

test(`${requests} requests that nobody meant leave the box as it was`, async () => {
  const startedMs = performance.now()
  const tally = await fuzz({ box, plainPort, seed: printedSeed(), requests })
  expect([...tally.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(requests)
  const rows = [...tally].sort(([, a], [, b]) => b - a).map(([kind, count]) => `${count} ${kind}`)
  process.stderr.write(`${Math.round((performance.now() - startedMs) / 1000)} s\n${rows.join('\n')}\n`)
})
