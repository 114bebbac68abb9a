// A box for a benchmark: started as `npm start` does, in a folder of its own, ended and removed afterwards.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { claimForOwner, plainEnvironment } from './owner.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface BenchBox {
  readonly url: string
  /** The owner's token, as every request sends it. */
  readonly headers: Readonly<Record<string, string>>
  fetch(path: string, init?: RequestInit): Promise<Response>
  readonly modelsSocket: string
  /** From the start of the supervisor's process to its "ready". */
  readonly readyMs: number
  residentBytes(service: 'api' | 'models'): number
  stop(): Promise<void>
}

export const createFolder = (): string => mkdtempSync(join(tmpdir(), 'hob-bench-'))
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true })

export async function startBox(dataDir: string, environment: Record<string, string> = {}): Promise<BenchBox> {
  const port = await freePort()
  const runDir = join(dataDir, 'run')
  const startedAt = performance.now()
  const supervisor = spawn(process.execPath, ['appliance/supervisor/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      HOB_DATA_DIR: dataDir,
      HOB_RUN_DIR: runDir,
      HOB_PORT: String(port),
      ...plainEnvironment,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await isReady(supervisor)
  const readyMs = performance.now() - startedAt
  const url = `http://127.0.0.1:${port}`
  const headers = { authorization: `Bearer ${await claimForOwner(runDir)}` }
  return {
    url,
    headers,
    fetch: (path, init) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: { ...headers, ...Object.fromEntries(new Headers(init?.headers)) },
      }),
    modelsSocket: join(runDir, 'models.sock'),
    readyMs,
    residentBytes: (service) => residentBytes(childOf(supervisor.pid ?? 0, service)),
    stop: () =>
      new Promise((resolve) => {
        supervisor.once('close', () => resolve())
        supervisor.kill('SIGINT')
      }),
  }
}

function isReady(supervisor: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (supervisor.stdout === null) return reject(new TypeError('no output'))
    createInterface({ input: supervisor.stdout }).on(
      'line',
      (line) => line.includes('"the box is ready"') && resolve(),
    )
    supervisor.once('close', (code) => reject(new TypeError(`the box ended with ${code}`)))
  })
}

/** A TCP port of loopback that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

function childOf(supervisor: number, service: string): number {
  const children = readFileSync(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8')
    .trim()
    .split(' ')
    .map(Number)
  const found = children.find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`services/${service}/main.ts`),
  )
  if (found === undefined) throw new TypeError(`no process of ${service}`)
  return found
}

const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
