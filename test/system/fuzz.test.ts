// Five thousand requests from the OpenAPI document and its neighbourhood: no 5xx, no crash, no hang, and every refusal in
// the catalogue's shape. `npm run test:long` sends a hundred thousand.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printedSeed } from '#test/fakes/random.ts'
import type { Box } from './box.ts'
import { patienceMs, startFuzzBox } from './fuzz/box.ts'
import { fuzz } from './fuzz/run.ts'

const requests = 5_000

let box: Box
let plainPort: number
beforeAll(async () => {
  ;({ box, plainPort } = await startFuzzBox())
}, patienceMs)
afterAll(() => box.stop(), patienceMs)

test(
  `${requests} requests that nobody meant leave the box as it was`,
  async () => {
    const tally = await fuzz({ box, plainPort, seed: printedSeed(), requests })
    // it reached what is behind the walls, and was refused by them
    for (const kind of [
      '200',
      '401 sign_in_required',
      '400 invalid_request',
      '400 invalid_json',
      '404 not_found',
    ])
      expect(tally.get(kind) ?? 0, kind).toBeGreaterThan(20)
  },
  patienceMs,
)
