// What the doors under appliance/host promise of the host's programs: held against the real ones on a booted system
// (test/image/steward.test.ts) and against the fakes that stand in for them (host.test.ts).
import { expect, test } from 'vitest'
import { z } from 'zod'

export interface HostUnderTest {
  /** The file there of a door under appliance/host. */
  fileOf: (door: string) => string
  /** Runs a module to its end there, and gives what it wrote. */
  run: (script: string) => string
  /** A program that has the unit hob-probe write its last argument to the journal. */
  say: readonly string[]
}

const answerSchema = z.union([
  z.object({ value: z.unknown() }),
  z.object({ code: z.string(), message: z.string() }),
])

export function hostPrograms(host: HostUnderTest): void {
  /** The value of an expression in which the names of a door's exports are known; of an error its code. */
  const ask = (door: string, expression: string): unknown => {
    const script = `
      import * as door from '${host.fileOf(door)}'
      const { ${exported[door]} } = door
      const all = async (entries, most) => { const found = []; for await (const entry of entries) { found.push(entry); if (found.length === most) break }; return found }
      const signal = new AbortController().signal
      try { const value = await (${expression}); console.log(JSON.stringify({ value: value ?? null })) }
      catch (error) { console.log(JSON.stringify({ code: String(error.code), message: error.message })) }
      process.exit(0)`
    const answer = answerSchema.parse(JSON.parse(host.run(script)))
    return 'code' in answer ? answer : answer.value
  }

  test('systemctl tells the units, their states and since when', () => {
    const units = ask('systemctl', 'readUnits()')
    expect(units).toContainEqual({
      unit: 'hob-api.service',
      active: 'active',
      isTriggered: true,
      since: expect.stringMatching(/^20\d\d-.*Z$/),
      restarts: expect.any(Number),
      memoryBytes: null,
    })
    expect(units).toContainEqual(expect.objectContaining({ unit: 'hob-steward.service', isTriggered: true }))
    expect(ask('systemctl', "readUnits('hob-nothing*.service')")).toEqual([])
    expect(ask('systemctl', 'readBootTime()')).toMatch(/^20\d\d-.*Z$/)
  })

  test('hostnamectl tells the name, and changes it', () => {
    expect(ask('hostnamectl', "setHostName('hob-cafe')")).toBeNull()
    expect(ask('hostnamectl', 'readHostName()')).toBe('hob-cafe')
  })

  test('timedatectl knows time zones, and changes to one of them and to no other', () => {
    const zones = ask('timedatectl', 'listTimeZones()')
    expect(zones).toEqual(expect.arrayContaining(['Europe/Berlin', 'Asia/Shanghai']))
    expect(ask('timedatectl', "setTimeZone('Asia/Shanghai')")).toBeNull()
    expect(ask('timedatectl', 'readTime()')).toEqual({
      timeZone: 'Asia/Shanghai',
      clockSynchronized: expect.any(Boolean),
    })
    expect(ask('timedatectl', "setTimeZone('Mars/Base')")).toMatchObject({ code: 'host_failed' })
    expect(ask('timedatectl', "setTimeZone('--help')")).toMatchObject({ code: 'host_failed' })
  })

  const entries = z.array(z.object({ service: z.string(), text: z.string(), cursor: z.string() }))
  const journal = (expression: string): z.infer<typeof entries> =>
    entries.parse(ask('journalctl', expression))

  test('journalctl gives entries newest first and oldest first, and those before another', () => {
    const newest = journal("all(readJournal({ order: 'newest first', signal }), 6)")
    expect(newest).toHaveLength(6)
    const before = newest[2]?.cursor ?? ''
    expect(journal(`all(readJournal({ order: 'newest first', before: '${before}', signal }), 3)`)).toEqual(
      newest.slice(3),
    )
    // it grows meanwhile
    const all = journal("all(readJournal({ order: 'oldest first', signal }))").map(({ cursor }) => cursor)
    const end = all.indexOf(newest[0]?.cursor ?? '') + 1
    expect(all.slice(end - 6, end)).toEqual(newest.map(({ cursor }) => cursor).reverse())
    const own = journal("all(readJournal({ order: 'newest first', service: 'api', signal }), 5)")
    expect(new Set(own.map(({ service }) => service))).toEqual(new Set(['api']))
  })

  test('journalctl tells who follows what is written from then on', () => {
    const expression = `(async () => {
      const { execFileSync } = await import('node:child_process')
      const [program, ...words] = ${JSON.stringify(host.say)}
      const say = (text) => execFileSync(program, [...words, text])
      say('before')
      await new Promise((resolve) => setTimeout(resolve, 500))
      const since = new Date()
      // before journalctl runs
      say('at once')
      const entries = readJournal({ order: 'as they come', since, service: 'probe', signal })
      const first = await entries.next()
      say('later')
      const found = [first.value]
      for await (const entry of entries) if (found.push(entry) && entry.text === 'later') break
      return found.filter(({ text }) => ['before', 'at once', 'later'].includes(text))
    })()`
    expect(journal(expression).map(({ text }) => text)).toEqual(['at once', 'later'])
  })
}

const exported: Readonly<Record<string, string>> = {
  systemctl: 'readUnits, readBootTime',
  hostnamectl: 'readHostName, setHostName',
  timedatectl: 'readTime, listTimeZones, setTimeZone',
  journalctl: 'readJournal',
}
