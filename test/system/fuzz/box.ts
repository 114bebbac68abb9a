// The box that is fuzzed: as a household's, with TLS, its plain port and an owner; only that nobody asks too often.
import { join } from 'node:path'
import { freePort } from '#benchmarks/box.ts'
import { claimForOwner } from '#benchmarks/owner.ts'
import { type Box, launch } from '../box.ts'

/** For a machine that has other things to do. */
export const patienceMs = 300_000

export async function startFuzzBox(): Promise<{ box: Box; plainPort: number }> {
  const plainPort = await freePort()
  const box = await launch({
    environment: {
      HOB_TLS: 'on',
      HOB_PLAIN_PORT: String(plainPort),
      HOB_REQUESTS_PER_MINUTE: '10000000',
    },
  })
  await box.waitFor(({ message }) => message === 'the box is ready', patienceMs)
  await claimForOwner(join(box.dataDir, 'run'))
  return { box, plainPort }
}
