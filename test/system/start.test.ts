// Starting, stopping and refusing to start, as a person does it.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { freePort } from '#benchmarks/box.ts'
import { type Box, launch, serviceProcesses, startBox } from './box.ts'

const started: Box[] = []
const folders: string[] = []
const begin = async (...options: Parameters<typeof startBox>): Promise<Box> => {
  const box = await startBox(...options)
  started.push(box)
  return box
}
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'hob-start-'))
  folders.push(made)
  return made
}
afterEach(async () => {
  for (const box of started.splice(0)) {
    if (box.supervisor.exitCode === null) await box.stop()
  }
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true })
})

/** Resolves when no process of that data folder is left. */
async function expectAllGone(dataDir: string, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (serviceProcesses(dataDir).size > 0) {
    if (Date.now() > deadline)
      throw new Error(`still there: ${[...serviceProcesses(dataDir).keys()].join(', ')}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const refusal = async (
  options: Parameters<typeof launch>[0],
): Promise<{ text: string; code: number | null }> => {
  const box = await launch(options)
  const code = await box.exited
  return { text: box.lines.map(({ message }) => message).join('\n'), code }
}

describe('a box that is started', () => {
  test('is ready, answers, and Ctrl-C leaves no process within 5 s', async () => {
    const box = await begin()
    expect(await (await box.fetch(`/readyz`)).text()).toBe('ready')
    expect([...box.processes().keys()]).toEqual(expect.arrayContaining(['supervisor', 'models', 'api']))
    const before = Date.now()
    expect(await box.stop()).toBe(0)
    expect(Date.now() - before).toBeLessThan(5_000)
    await expectAllGone(box.dataDir, 500)
  })

  test('ends its children when the supervisor is killed', async () => {
    const box = await begin({ dataDir: folder() })
    box.supervisor.kill('SIGKILL')
    await expectAllGone(box.dataDir, 5_000)
  })

  test('starts a second time on the same folder with everything still there', async () => {
    const dataDir = folder()
    const first = await begin({ dataDir })
    const made = await first.fetch(`/hob/v1/conversations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'kept' }),
    })
    expect(made.status).toBe(201)
    await first.stop()
    const second = await begin({ dataDir })
    const list: unknown = await (await second.fetch(`/hob/v1/conversations`)).json()
    expect(list).toMatchObject({ conversations: [{ title: 'kept' }] })
  })

  test('runs beside another with a folder and a port of its own', async () => {
    const [one, other] = [await begin(), await begin()]
    for (const box of [one, other]) expect((await box.fetch(`/healthz`)).status).toBe(200)
  })

  test('is started again by the supervisor when a service ends', async () => {
    const box = await begin()
    const pid = box.processes().get('api')
    if (pid === undefined) throw new Error('no api process')
    process.kill(pid, 'SIGKILL')
    await box.waitFor(
      (line) => line.message === 'a service ended and is started again' && line['service_name'] === 'api',
    )
    const readies = (): number =>
      box.lines.filter((line) => line.service === 'api' && line.message === 'ready').length
    await box.waitFor(() => readies() >= 2)
    expect((await box.fetch(`/readyz`)).status).toBe(200)
  })
})

describe('a start that cannot go well', () => {
  test('on a folder in use names the folder and harms nothing', async () => {
    const dataDir = folder()
    const first = await begin({ dataDir })
    const { text, code } = await refusal({ dataDir })
    expect(code).toBe(1)
    expect(text).toContain(`already running on ${dataDir}`)
    expect(text).toContain('HOB_DATA_DIR')
    expect((await first.fetch(`/readyz`)).status).toBe(200)
  })

  test('on a port in use names the port', async () => {
    const port = await freePort()
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
    const { text, code } = await refusal({ dataDir: folder(), environment: { HOB_PORT: String(port) } })
    other.close()
    expect(code).toBe(1)
    expect(text).toContain(`Port ${port} on 127.0.0.1 is in use`)
  })

  test('on a folder that cannot be written says so', async () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    const { text, code } = await refusal({ dataDir: join(file, 'data') })
    expect(code).toBe(1)
    expect(text).toContain('cannot be written')
  })

  test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
    'on a full or read-only disk says so and leaves what was there',
    async () => {
      const mount = folder()
      const mountTmpfs = (options: string): void =>
        void execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'hob-test', mount])
      mountTmpfs('size=1m')
      try {
        expect(
          (await refusal({ dataDir: join(mount, 'data'), environment: { HOB_RUN_DIR: join(folder(), 'r') } }))
            .text,
        ).toContain('is full')
        execFileSync('mount', ['-o', 'remount,ro', mount])
        expect((await refusal({ dataDir: join(mount, 'data') })).text).toContain('cannot be written')
      } finally {
        execFileSync('umount', [mount])
      }
    },
  )

  const wrong: readonly (readonly [Record<string, string>, string, string])[] = [
    [{ HOB_PORT: 'abc' }, 'HOB_PORT', '0 to 65535'],
    [{ HOB_PORT: '70000' }, 'HOB_PORT', '0 to 65535'],
    [{ HOB_LISTEN: '0.0.0.0' }, 'HOB_LISTEN', 'other machines can reach'],
    [{ HOB_LISTEN: '192.168.1.2' }, 'HOB_LISTEN', 'localhost'],
    [{ HOB_LOG_LEVEL: 'loud' }, 'HOB_LOG_LEVEL', 'debug, info, warn, error'],
    [{ HOB_MODEL: 'your-model-here' }, 'HOB_MODEL', 'placeholder'],
    [{ HOB_SEQUENCES: '0' }, 'HOB_SEQUENCES', '1 to 64'],
  ]
  test.each(wrong)('with %o names the setting and what is allowed', async (environment, name, allowed) => {
    const { text, code } = await refusal({ dataDir: folder(), environment })
    expect(code).toBe(1)
    expect(text).toContain(name)
    expect(text.toLowerCase()).toContain(allowed.toLowerCase())
  })

  test.each([
    ['{ "port": 4620,\n "speedfloor": 3 }', 'line 2', 'no such setting'],
    ['{ "port": 4620,\n', 'line 2', 'not valid JSON'],
    ['{ "logLevel": "changeme" }', 'line 1', 'placeholder'],
  ])('with the file %s names the line and the reason, and keeps the file', async (text, line, reason) => {
    const dataDir = folder()
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(join(dataDir, 'config.json'), text)
    const answer = await refusal({ dataDir })
    expect(answer.code).toBe(1)
    expect(answer.text).toContain(line)
    expect(answer.text).toContain(reason)
    expect(existsSync(join(dataDir, 'config.json'))).toBe(true)
  })
})
