// What whoever starts a new box is shown: on a terminal and in a pipe; and that the claim code is in no file.
import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { freePort } from '#benchmarks/box.ts'
import { claimForOwner } from '#benchmarks/owner.ts'
import { launch, root } from './box.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'hob-announce-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const lineSchema = z.object({ claim_code: z.string(), claim_urls: z.array(z.url()), fingerprint: z.string() })

/** Every byte that a box left behind in files. */
const filesBelow = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')

/** A start on a terminal of 120 columns (util-linux's script), until `shown` says that it was enough. */
async function onTerminal(environment: NodeJS.ProcessEnv, shown: (text: string) => boolean): Promise<string> {
  const command = `stty cols 120; exec ${join(root, 'node_modules/.bin/node')} appliance/supervisor/main.ts`
  const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd: root, env: environment })
  let text = ''
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
      // what Ctrl-C is to a terminal
      if (shown(text)) child.stdin.write('\u0003')
    })
  })
  return stripVTControlCharacters(text)
}

test.skipIf(process.platform !== 'linux')(
  'a new box shows its claim code until somebody owns it, and writes it nowhere',
  { timeout: 240_000 },
  async () => {
    const tls = { HOB_TLS: 'on', HOB_LISTEN: '127.0.0.1', HOB_PLAIN_PORT: String(await freePort()) }
    const piped = await launch({ dataDir, environment: tls })
    const line = await piped.waitFor(({ message }) => message === 'nobody owns this box yet', 120_000)
    const { claim_code: code, claim_urls: urls, fingerprint } = lineSchema.parse(line)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/)
    expect(urls).toEqual([`https://localhost:${piped.port}/claim#${code}`])
    const pem = await (await fetch(`http://127.0.0.1:${tls.HOB_PLAIN_PORT}/ca.pem`)).text()
    expect(fingerprint).toBe(new X509Certificate(pem).fingerprint256)
    await piped.stop()
    expect(filesBelow(dataDir)).not.toContain(code)

    const unclaimed = await onTerminal(piped.environment, (text) => /claim#.*\n/.test(text))
    const shown = /Claim code +(\S+)/.exec(unclaimed)?.[1] ?? 'none'
    expect(shown).not.toBe(code)
    expect(unclaimed).toContain(`https://localhost:${piped.port}/claim#${shown}`)
    expect(unclaimed).toContain(fingerprint.slice(0, 47))
    expect(unclaimed).toContain(fingerprint.slice(48))
    expect(unclaimed).toContain('█▀')
    expect(filesBelow(dataDir)).not.toContain(shown)

    const owned = await launch({ dataDir, environment: tls })
    await owned.waitFor(({ message }) => message === 'the box is ready', 120_000)
    await claimForOwner(join(dataDir, 'run'))
    await owned.stop()
    const claimed = await onTerminal(owned.environment, (text) => /Ctrl-C\s/.test(text))
    expect(claimed).not.toContain('Claim code')
    expect(filesBelow(join(dataDir, 'logs'))).not.toContain(shown)
  },
)
