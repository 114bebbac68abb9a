// A real box for a test: the supervisor and its services as a person would start them, in folders of their own, on a
// free port. Everything it started is gone when `stop` resolves.
import { type ChildProcess, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '#benchmarks/box.ts'
import { claimForOwner, plainEnvironment } from '#benchmarks/owner.ts'
import { type SelfTestOptions, selfTestFile, writeSelfTestAs } from '#test/fakes/selftest/write.ts'
import { isOurLine, type LogLine } from './log-line.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const readyWithinMs = 60_000

export interface Box {
  readonly url: string
  readonly port: number
  /** The owner's, with every scope; empty until `startBox` has claimed the box. */
  readonly token: string
  readonly headers: Readonly<Record<string, string>>
  /** A path of this box, with its token. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  readonly dataDir: string
  readonly environment: NodeJS.ProcessEnv
  readonly supervisor: ChildProcess
  /** Every log line so far. */
  readonly lines: readonly LogLine[]
  /** Resolves with the first line, past or future, that fits. */
  waitFor(fits: (line: LogLine) => boolean, withinMs?: number): Promise<LogLine>
  /** The services' process ids by name, as the system sees them now. */
  processes(): Map<string, number>
  /** Ends the box as Ctrl-C does; resolves with the exit code. */
  stop(): Promise<number | null>
  readonly exited: Promise<number | null>
}

interface Options {
  dataDir?: string
  /** Puts the self-test into the models folder: it fills any schema and says a long fixed text. */
  selfTest?: SelfTestOptions
  environment?: Record<string, string>
  /** What runs it: a program that ends in running its arguments, such as one that enters a namespace. */
  under?: readonly string[]
}

/** Starts without waiting; for what must fail, and for what races. */
export async function launch({
  dataDir,
  selfTest,
  environment = {},
  under = [],
}: Options = {}): Promise<Box> {
  const own = dataDir ?? mkdtempSync(join(tmpdir(), 'hob-test-'))
  if (dataDir === undefined) seedMachine(own)
  if (selfTest !== undefined) await seedSelfTest(own, selfTest)
  const port = Number(environment['HOB_PORT'] ?? (await freePort()))
  const env = {
    ...process.env,
    HOB_DATA_DIR: own,
    HOB_RUN_DIR: join(own, 'run'),
    HOB_PORT: String(port),
    ...plainEnvironment,
    ...environment,
  }
  const [program, ...rest] = [...under, join(root, 'node_modules/.bin/node'), 'appliance/supervisor/main.ts']
  const supervisor = spawn(program ?? 'node', rest, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: LogLine[] = []
  const waiting = new Set<(line: LogLine) => void>()
  const take = (text: string): void => {
    const line = isOurLine(text)
    lines.push(line)
    for (const tell of waiting) tell(line)
  }
  createInterface({ input: supervisor.stdout }).on('line', take)
  createInterface({ input: supervisor.stderr }).on('line', take)
  const exited = new Promise<number | null>((resolve) => supervisor.once('close', (code) => resolve(code)))

  const waitFor: Box['waitFor'] = (fits, withinMs = readyWithinMs) =>
    new Promise((resolve, reject) => {
      const past = lines.find(fits)
      if (past !== undefined) return resolve(past)
      const late = setTimeout(() => {
        waiting.delete(tell)
        reject(
          new Error(
            `no such line within ${withinMs} ms; the last were\n${lines
              .slice(-20)
              .map((line) => JSON.stringify(line))
              .join('\n')}`,
          ),
        )
      }, withinMs)
      const tell = (line: LogLine): void => {
        if (!fits(line)) return
        clearTimeout(late)
        waiting.delete(tell)
        resolve(line)
      }
      waiting.add(tell)
    })

  const url = `http://127.0.0.1:${port}`
  return {
    url,
    port,
    token: '',
    headers: {},
    fetch: (path, init) => fetch(`${url}${path}`, init),
    dataDir: own,
    environment: env,
    supervisor,
    lines,
    waitFor,
    processes: () => serviceProcesses(own),
    exited,
    stop: async () => {
      supervisor.kill('SIGINT')
      const code = await exited
      if (dataDir === undefined) rmSync(own, { recursive: true, force: true })
      return code
    },
  }
}

/**
 * What a first start finds out about the machine in some seconds; given to the later boxes of a test file, whose
 * subject is another.
 */
const machineNote = join(tmpdir(), `hob-test-machine-${process.pid}.json`)

function seedMachine(dataDir: string): void {
  if (!existsSync(machineNote)) return
  mkdirSync(join(dataDir, 'models'), { recursive: true })
  copyFileSync(machineNote, join(dataDir, 'models', 'machine.json'))
}

async function seedSelfTest(dataDir: string, options: SelfTestOptions): Promise<void> {
  const models = join(dataDir, 'models', 'files')
  mkdirSync(models, { recursive: true })
  const file = join(models, selfTestFile())
  await writeSelfTestAs(file, options)
  // Long complete: a file that was written just now is watched for a while before it is taken.
  utimesSync(file, new Date(0), new Date(0))
}

/** Starts a box, waits until it is ready, and becomes its owner. */
export async function startBox(options: Options = {}): Promise<Box> {
  const box = await launch(options)
  await Promise.race([
    box.waitFor(({ message }) => message === 'the box is ready'),
    box.exited.then((code) => {
      throw new Error(`the box ended with ${code}:\n${box.lines.map((line) => line.message).join('\n')}`)
    }),
  ])
  if (!existsSync(machineNote)) copyFileSync(join(box.dataDir, 'models', 'machine.json'), machineNote)
  const token = await claimForOwner(join(box.dataDir, 'run'))
  const headers = { authorization: `Bearer ${token}` }
  return {
    ...box,
    token,
    headers,
    fetch: (path, init) =>
      fetch(`${box.url}${path}`, {
        ...init,
        headers: { ...headers, ...Object.fromEntries(new Headers(init?.headers)) },
      }),
  }
}

/** Processes whose environment names this data folder: the services, and `engine` for the models service's child. */
export function serviceProcesses(dataDir: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
      if (!environment.split('\0').includes(`HOB_DATA_DIR=${dataDir}`)) continue
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const service = /services\/(\w+)\/main\.ts/.exec(command)?.[1]
      const name =
        service ??
        (command.includes('llama-child')
          ? 'engine'
          : command.includes('supervisor/main.ts')
            ? 'supervisor'
            : 'other')
      found.set(name, Number(pid))
    } catch {
      // the process ended between the listing and the reading
    }
  }
  return found
}
