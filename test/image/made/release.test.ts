// What a person fetches, and what says that it is whole: its size, its sums and their signature, the bill of what is in it.
import { execFileSync } from 'node:child_process'
import { createPublicKey, verify } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { qemuUnavailable } from '../qemu.ts'
import { dist, made } from './made.ts'

/** Where no machine can be started from it, none is made. */
const missing = qemuUnavailable()
const read = (name: string): Buffer => readFileSync(join(dist, name))

describe.skipIf(missing !== null)(`a release${missing === null ? '' : ` (${missing})`}`, () => {
  let image: string
  beforeAll(() => {
    image = made('.img.gz')
  })

  test('what is flashed is at most 1.5 GB to fetch', () => {
    const { size } = statSync(image)
    process.stderr.write(`the image, compressed: ${(size / 1e9).toFixed(2)} GB\n`)
    expect(size).toBeLessThanOrEqual(1.5e9)
  })

  test('every file has its sum, and the sums have their signature', () => {
    const sums = read('SHA256SUMS')
    for (const part of ['.img.gz', '.root.gz', '.verity.gz', '.efi', '.cdx.json', '.oci.tar'])
      expect(sums.toString()).toContain(basename(image).replace('.img.gz', part))
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: dist })
    expect(verify(null, sums, createPublicKey(read('key.pem')), read('SHA256SUMS.sig'))).toBe(true)
    sums[0] = (sums[0] ?? 0) ^ 1
    expect(verify(null, sums, createPublicKey(read('key.pem')), read('SHA256SUMS.sig'))).toBe(false)
  })

  test('the bill of materials names what Debian, npm and we have brought', () => {
    const bill = z
      .object({ bomFormat: z.literal('CycloneDX'), components: z.array(z.object({ name: z.string() })) })
      .parse(JSON.parse(readFileSync(made('.cdx.json'), 'utf8')))
    const names = bill.components.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['systemd', 'firejail', 'hono', 'node-llama-cpp', 'starter']),
    )
  })
})
