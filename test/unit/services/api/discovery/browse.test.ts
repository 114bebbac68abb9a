// The browsing child as its parent handles it: shared, bounded in time, never trusted. The child here is a few lines.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createLog } from '#appliance/log.ts'
import { createBrowser } from '#services/api/discovery/browse.ts'

const folder = mkdtempSync(join(tmpdir(), 'hob-browse-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const box = {
  id: 'ab12000000000000',
  name: 'Kitchen',
  host: 'hob-ab12.local',
  addresses: { v4: ['10.0.0.7'], v6: [] },
  port: 443,
  version: null,
  claimed: null,
  fingerprint: null,
}
const log = createLog({ service: 'api', level: 'error', write: () => undefined })

function browserOf(program: string, timing = { startMs: 15_000, silenceMs: 15_000 }) {
  const file = join(folder, `${Math.random()}.mjs`)
  writeFileSync(file, program)
  const children: ChildProcess[] = []
  const browser = createBrowser({
    log,
    timing,
    fork: () => {
      const child = fork(file, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
      children.push(child)
      return child
    },
  })
  return { browser, children }
}

const stay = 'setInterval(() => {}, 1000);'
const say = (boxes: unknown, done: boolean) => `process.send(${JSON.stringify({ boxes, done })});`

describe('browsing', () => {
  it('gives what the child found, to all who ask during one run, and the child is gone then', async () => {
    const { browser, children } = browserOf(`${stay}${say([], false)}${say([box], true)}`)
    const both = await Promise.all([browser.browse(1), browser.browse(1)])
    expect(both).toEqual([[box], [box]])
    expect(children).toHaveLength(1)
    expect(children[0]?.signalCode).toBe('SIGKILL')
    await browser.browse(1)
    expect(children).toHaveLength(2)
  })

  it.each([
    [
      'hangs after its first word',
      `${say([], false)} for (;;);`,
      { startMs: 15_000, silenceMs: 50 },
      /it hangs/,
    ],
    ['never says a word', stay, { startMs: 50, silenceMs: 50 }, /did not start/],
    ['ends without an answer', 'process.exit(3)', undefined, /code 3/],
    [
      'says what it must not',
      `${stay}${say([{ ...box, name: 'x'.repeat(99) }], true)}`,
      undefined,
      /must not/,
    ],
    [
      'says too much',
      `${stay}${say(
        Array.from({ length: 201 }, () => box),
        true,
      )}`,
      undefined,
      /must not/,
    ],
  ])('a child that %s is ended, and whoever asked is told', async (_, program, timing, why) => {
    const { browser, children } = browserOf(program, timing)
    await expect(browser.browse(1)).rejects.toMatchObject({
      code: 'browse_failed',
      message: expect.stringMatching(why),
    })
    expect(children[0]?.exitCode ?? children[0]?.signalCode).not.toBeNull()
  })

  it('stops with whoever waits told', async () => {
    const { browser } = browserOf(stay)
    const failed = browser.browse(10).catch((error: unknown) => error)
    await browser.stop()
    expect(await failed).toMatchObject({ code: 'browse_failed' })
  })
})
