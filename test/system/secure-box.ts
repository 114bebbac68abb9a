// A whole box as it comes, with TLS, on loopback: its root downloaded from the plain port as a person would, the owner
// signed in, and clients that trust that root and nothing else. openssl and curl are asked for a second opinion.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { freePort } from '#benchmarks/box.ts'
import { ownerAccount } from '#benchmarks/owner.ts'
import { openAuthority } from '#services/api/tls/authority.ts'
import { issueLeaf, type Wanted } from '#services/api/tls/leaf.ts'
import { type Box, startBox } from './box.ts'

export interface Answer {
  readonly status: number
  readonly code: string | undefined
  readonly body: string
  readonly cookie: string | undefined
  /** The common name of who signed what the server showed. */
  readonly issuer: string
}

interface Asked {
  method?: string
  json?: unknown
  headers?: Record<string, string>
  /** By which name of the box. */
  host?: string
  agent?: Agent
}

export interface SecureBox extends Box {
  readonly plain: string
  /** The root, as a file and as text. */
  readonly caFile: string
  readonly ca: string
  /** Trusts this box and `others`; verifies the name. */
  ask(path: string, asked?: Asked): Promise<Answer>
  /** The same as the owner, who has just signed in. */
  asOwner(path: string, asked?: Asked): Promise<Answer>
  trust(root: string): void
  readonly folder: string
}

/** Both outputs and the exit code; standard input is empty, so that s_client ends after its handshake. */
export function run(command: string, ...args: string[]): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
        text: stdout + stderr,
      }),
    )
    child.stdin?.end()
  })
}

export async function startSecureBox(): Promise<SecureBox> {
  const folder = mkdtempSync(join(tmpdir(), 'hob-secure-'))
  const plainPort = await freePort()
  const box = await startBox({
    environment: {
      HOB_TLS: 'on',
      HOB_PLAIN_PORT: String(plainPort),
      HOB_REQUESTS_PER_MINUTE: '100000',
      HOB_LOG_LEVEL: 'debug',
    },
  })
  const plain = `http://127.0.0.1:${plainPort}`
  const ca = await (await fetch(`${plain}/ca.pem`)).text()
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, ca)
  const trusted = [ca]

  const ask: SecureBox['ask'] = (path, asked = {}) => {
    const { method = 'GET', json, headers = {}, host = 'localhost', agent = new Agent() } = asked
    const body = json === undefined ? null : JSON.stringify(json)
    return new Promise((resolve, reject) => {
      const sent = request({
        host: '127.0.0.1',
        port: box.port,
        servername: host,
        path,
        method,
        agent,
        ca: trusted,
        timeout: 60_000,
        headers: {
          host: `${host}:${box.port}`,
          ...(body === null ? {} : { 'content-type': 'application/json' }),
          ...(method === 'GET' ? {} : { origin: `https://${host}:${box.port}` }),
          ...headers,
        },
      })
      sent.once('timeout', () => sent.destroy(new Error('no answer in time')))
      sent.once('error', reject)
      sent.once('response', (response) => {
        const issuer = 'getPeerCertificate' in response.socket ? issuerOf(response.socket) : ''
        buffer(response).then(
          (bytes) =>
            resolve({
              status: response.statusCode ?? 0,
              code: response.headers['x-hob-error']?.toString(),
              body: bytes.toString('utf8'),
              cookie: response.headers['set-cookie']?.[0]?.split(';')[0],
              issuer,
            }),
          reject,
        )
      })
      sent.end(body ?? undefined)
    })
  }

  const { cookie = '' } = await ask('/hob/v1/session', { method: 'POST', json: { ...ownerAccount } })
  return {
    ...box,
    plain,
    ca,
    caFile,
    folder,
    ask,
    asOwner: (path, asked = {}) => ask(path, { ...asked, headers: { cookie, ...asked.headers } }),
    trust: (root) => void trusted.push(root),
    stop: async () => {
      const code = await box.stop()
      rmSync(folder, { recursive: true, force: true })
      return code
    },
  }
}

function issuerOf(socket: object): string {
  if (!('getPeerCertificate' in socket) || typeof socket.getPeerCertificate !== 'function') return ''
  const { issuer }: { issuer?: { CN?: string } } = socket.getPeerCertificate()
  return issuer?.CN ?? ''
}

/** A certificate authority of somebody's own, as the owner of a box might have one at home. */
export async function homeAuthority(folder: string, name: string) {
  const at = (day: number): Date => new Date(Date.now() + day * 86_400_000)
  const open = (now: Date) => openAuthority({ folder: join(folder, name), boxName: name, now: () => now })
  const authority = await open(at(-900))
  return {
    root: authority.pem,
    /** Valid from an hour before that day on, for 397 days; `key` and `chain` as the box takes them. */
    issue: async (wanted: Wanted, day = 0) => {
      const { key, certificate } = await issueLeaf({ authority, ...wanted, now: at(day) })
      return { key, chain: certificate }
    },
  }
}
