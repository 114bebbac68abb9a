// A service that is told to stop, at whatever moment: nothing that it started is there any more when it has ended. systemd would
// have to kill it, and under `npm start` it would go on by itself.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { root } from './box.ts'

const folder = mkdtempSync(join(tmpdir(), 'hob-ends-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const environment = { ...process.env, HOB_DATA_DIR: folder, HOB_RUN_DIR: join(folder, 'run') }
const mark = `HOB_DATA_DIR=${folder}`

const readProcess = (pid: string, file: string): string => {
  try {
    return readFileSync(join('/proc', pid, file), 'utf8')
  } catch {
    return ''
  }
}

/** The command lines of what runs with this test's environment, whoever its parent is by now. */
const running = (): string[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && readProcess(pid, 'environ').split('\0').includes(mark))
    .map((pid) => `${pid} ${readProcess(pid, 'cmdline').replaceAll('\0', ' ')}`)

test.runIf(process.platform === 'linux')('the models service leaves no process behind', async () => {
  // its first look at the machine, which starts processes that start processes, is under way all this time
  for (let moment = 50; moment < 2_600; moment += 250) {
    const service = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'services/models/main.ts'],
      {
        cwd: root,
        env: environment,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const ended = once(service, 'exit').then(([code]) => ({ code, left: running() }))
    const lines = createInterface(service.stdout)
    await new Promise<void>((resolve) =>
      lines.on('line', (line) => {
        if (line.includes('"message":"ready"')) resolve()
      }),
    )
    await sleep(moment)
    service.kill('SIGTERM')
    expect(await ended, `${moment} ms after it was ready`).toEqual({ code: 0, left: [] })
  }
})
