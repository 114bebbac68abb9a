// What this folder's tests stand on: a folder of their own, a clock, a log that can be read, and OpenSSL's command as
// the second opinion on every certificate.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createLog, type Log } from '#appliance/log.ts'
import { type Certificate, createCertificate } from '#services/api/tls/certificate.ts'

export const dayMs = 24 * 3_600_000

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hob-tls-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Begins at the real time, so that OpenSSL agrees; whole seconds, as certificates count them. */
export function clock() {
  let at = Math.floor(Date.now() / 1000) * 1000
  return {
    now: () => new Date(at),
    moveDays: (days: number) => void (at += days * dayMs),
  }
}

export function readableLog(): { log: Log; lines: string[] } {
  const lines: string[] = []
  return {
    lines,
    log: createLog({ service: 'test', level: 'debug', write: (line) => void lines.push(line) }),
  }
}

export interface Opened {
  certificate: Certificate
  folder: string
  lines: string[]
}

export async function open(
  options: { folder?: string; now?: () => Date; boxName?: string } = {},
): Promise<Opened> {
  const at = options.folder ?? join(folder(), 'tls')
  const { log, lines } = readableLog()
  const certificate = await createCertificate({
    folder: at,
    boxName: options.boxName ?? 'kitchen',
    now: options.now ?? clock().now,
    log,
  })
  return { certificate, folder: at, lines }
}

interface Answer {
  code: number
  text: string
}

/** Both outputs together; standard input is empty, so that s_client ends after its handshake. */
export function openssl(...args: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const child = execFile('openssl', args, { timeout: 15_000 }, (error, stdout, stderr) =>
      resolve({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
        text: stdout + stderr,
      }),
    )
    child.stdin?.end()
  })
}

/** As `verify` of OpenSSL sees a chain whose root is trusted. */
export async function verify(caFile: string, chain: string, ...more: string[]): Promise<Answer> {
  const file = join(folder(), 'chain.pem')
  writeFileSync(file, chain)
  return await openssl('verify', '-x509_strict', '-CAfile', caFile, ...more, file)
}

interface Signer {
  key: string
  certificate: string
}

/** A certificate made by OpenSSL alone: self-signed, or signed by the one in `by` (paths of files). */
export async function byHand(
  san: string,
  { by, days = 30, extra = [] }: { by?: Signer; days?: number; extra?: string[] } = {},
): Promise<{ key: string; certificate: string }> {
  const at = folder()
  const [key, csr, certificate] = [join(at, 'key.pem'), join(at, 'csr.pem'), join(at, 'cert.pem')]
  const extensions = join(at, 'ext.cnf')
  writeFileSync(extensions, [`subjectAltName=${san}`, ...extra].join('\n'))
  const steps = [
    ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key],
    ['x509', '-req', '-in', csr, '-days', String(days), '-extfile', extensions, '-out', certificate],
  ]
  steps[0]?.push('-subj', '/CN=by hand', '-out', csr)
  steps[1]?.push(...(by === undefined ? ['-signkey', key] : ['-CA', by.certificate, '-CAkey', by.key]))
  steps[1]?.push('-set_serial', '7')
  for (const step of steps) {
    const { code, text } = await openssl(...step)
    if (code !== 0) throw new TypeError(text)
  }
  return { key, certificate }
}
