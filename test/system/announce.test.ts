// What whoever starts a new box is shown: on a terminal and in a pipe; and that the claim code is in no file.
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { loadConfig } from '#appliance/config/load.ts'
import { createLog } from '#appliance/log.ts'
import { createAnnouncer } from '#appliance/supervisor/announce.ts'
import { freePort } from '#benchmarks/box.ts'
import { claimForOwner } from '#benchmarks/owner.ts'
import { type Box, launch } from './box.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'hob-announce-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const lineSchema = z.object({ claim_code: z.string(), claim_urls: z.array(z.url()), fingerprint: z.string() })

/** Every byte that a box left behind in files. */
const filesBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

const log = createLog({ service: 'test', level: 'error', write: () => undefined })

/** What a terminal of 120 columns would show of this box now. */
async function onTerminal({ environment }: Box): Promise<string> {
  let shown = ''
  const stream = { isTTY: true, columns: 120, write: (text: string) => (shown += text) }
  const announcer = createAnnouncer({ config: loadConfig(environment), log, stream })
  await announcer.ready()
  await announcer.claim()
  return stripVTControlCharacters(shown)
}

test('a new box shows its claim code until somebody owns it, and writes it nowhere', {
  timeout: 240_000,
}, async () => {
  const tls = { HOB_TLS: 'on', HOB_LISTEN: '127.0.0.1', HOB_PLAIN_PORT: String(await freePort()) }
  const box = await launch({ dataDir, environment: tls })
  try {
    const line = await box.waitFor(({ message }) => message === 'nobody owns this box yet', 120_000)
    const { claim_code: code, claim_urls: urls, fingerprint } = lineSchema.parse(line)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/)
    expect(urls).toEqual([`https://localhost:${box.port}/claim#${code}`])
    const pem = await (await fetch(`http://127.0.0.1:${tls.HOB_PLAIN_PORT}/ca.pem`)).text()
    expect(fingerprint).toBe(new X509Certificate(pem).fingerprint256)

    const unclaimed = await onTerminal(box)
    expect(unclaimed).toMatch(new RegExp(`Claim code +${code}\\n`))
    expect(unclaimed).toContain(`https://localhost:${box.port}/claim#${code}`)
    expect(unclaimed).toContain(fingerprint.slice(0, 47))
    expect(unclaimed).toContain(fingerprint.slice(48))
    expect(unclaimed).toMatch(/█▀+/)

    await claimForOwner(join(dataDir, 'run'))
    expect(await onTerminal(box)).not.toContain('Claim code')
    await box.stop()
    expect(filesBelow(dataDir)).not.toContain(code)
  } finally {
    box.supervisor.kill('SIGINT')
  }
})
