// Boxes on a network of their own: two that publish through ciao, one through avahi, and one that only makes trouble.
// Each finds the others; names that clash, links that come and go, addresses that change, packets that are none.
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { foundBoxSchema } from '#appliance/contracts/network.ts'
import { type Advert, makeAdvert } from '#services/api/discovery/advert.ts'
import { printedSeed } from '#test/fakes/random.ts'
import { type AvahiMachine, avahiUnavailable, line, startAvahi } from './avahi-machine.ts'
import type { Order, Word } from './discovery-box.ts'
import { createLan, type Lan, lanUnavailable, type Machine } from './lan.ts'

const why = lanUnavailable() ?? avahiUnavailable()
const program = fileURLToPath(new URL('discovery-box.ts', import.meta.url))
const noBus = { PATH: process.env['PATH'], DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent' }
const addressesSchema = z.array(z.string())

type Ordered<One = Order> = One extends Order ? Omit<One, 'id'> : never

interface Box {
  readonly id: string
  readonly machine: Machine
  readonly advert: Advert
  readonly words: readonly Word[]
  readonly process: ChildProcess
  order(order: Ordered): Promise<Extract<Word, { answer: unknown }>>
}

async function startBox(machine: Machine, digit: string, environment: NodeJS.ProcessEnv): Promise<Box> {
  const child = machine.start(process.execPath, [program], {
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const words: Word[] = []
  const waiting = new Map<number, (word: Word) => void>()
  let last = 0
  const id = digit.repeat(16)
  const names = { id, host: `hob-${id.slice(0, 4)}`, name: `Küche ${digit}` }
  const ended = once(child, 'exit')
  const started = new Promise<void>((resolve) => child.once('message', () => resolve()))
  child.on('message', (word: Word) => {
    if ('id' in word) waiting.get(word.id)?.(word)
    else words.push(word)
  })
  await started
  return {
    id,
    machine,
    process: child,
    words,
    advert: makeAdvert({
      names,
      port: 4620,
      version: '0.1.0',
      claimed: false,
      caFingerprint: digit.repeat(64),
    }),
    order: (order) =>
      new Promise((resolve, reject) => {
        const number = ++last
        waiting.set(number, (word) => {
          waiting.delete(number)
          if ('answer' in word) resolve(word)
          else reject(new Error(JSON.stringify(word)))
        })
        void ended.then(() => reject(new Error('the box ended')))
        child.send({ ...order, id: number })
      }),
  }
}

const ipv6Of = (machine: Machine): string =>
  /inet6 ([0-9a-f:]+)\//.exec(
    execFileSync('ip', ['-n', machine.name, '-6', 'address', 'show', 'eth0'], { encoding: 'utf8' }),
  )?.[1] ?? ''

const renames = ({ words }: Box): unknown[] =>
  words.flatMap((word) => ('renamed' in word ? [word.renamed] : []))

async function browse(from: Box, seconds = 3) {
  const { answer } = await from.order({ do: 'browse', seconds })
  return z.array(foundBoxSchema).parse(answer)
}

/** Asks again and again, a second each, until the addresses are as they should be. */
async function untilAnswered(from: Box, host: string, wanted: string, tries = 45): Promise<string[]> {
  let heard: string[] = []
  for (let n = 0; n < tries; n++) {
    heard = addressesSchema.nullable().parse((await from.order({ do: 'ask', host })).answer) ?? []
    if (heard.includes(wanted) && heard.filter((address) => !address.includes(':')).length === 1) return heard
  }
  return heard
}

describe.skipIf(why !== null)(`boxes on one network${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let lan: Lan
  let avahi: AvahiMachine
  let a: Box
  let b: Box
  let c: Box
  let rogue: Box
  const boxes = (): Box[] => [a, b, c]

  beforeAll(async () => {
    lan = createLan()
    const machines = ['a', 'b', 'c', 'r'].map((name, n) => lan.machine(name, `10.77.0.${n + 1}`))
    const [first, second, third, fourth] = machines
    if (first === undefined || second === undefined || third === undefined || fourth === undefined)
      throw new Error('four machines were made')
    avahi = await startAvahi(third)
    ;[a, b, c, rogue] = await Promise.all([
      startBox(first, 'a', noBus),
      startBox(second, 'b', noBus),
      startBox(third, 'c', avahi.environment),
      startBox(fourth, 'd', noBus),
    ])
    await Promise.all(boxes().map((box) => box.order({ do: 'publish', advert: box.advert })))
  })

  // what it says in its malformed packets would be found, too
  const endRogue = (): boolean => rogue.process.kill('SIGKILL')

  afterAll(() => {
    for (const box of [a, b, c, rogue]) box?.process.kill('SIGKILL')
    avahi?.stop()
    lan?.close()
  })

  it('are all found by each, with their addresses, port and TXT', async () => {
    const wanted = boxes().map(({ id, machine, advert }) => ({
      id,
      name: advert.name,
      host: `${advert.host}.local`,
      addresses: { v4: [machine.address], v6: [ipv6Of(machine)] },
      port: 4620,
      version: '0.1.0',
      claimed: false,
      fingerprint: id,
    }))
    const found = await Promise.all(boxes().map((box) => browse(box)))
    for (const seen of found) expect(seen.toSorted((x, y) => x.id.localeCompare(y.id))).toEqual(wanted)
    const ways = await Promise.all(boxes().map((box) => box.order({ do: 'check' })))
    expect(ways.map(({ via, name }) => `${via} ${name}`)).toEqual([
      'ciao hob-aaaa',
      'ciao hob-bbbb',
      'avahi hob-cccc',
    ])
  })

  it('are found by avahi’s own browser, both services', async () => {
    const see = async (type: string, mark: string): Promise<string> => {
      const child = c.machine.start('avahi-browse', ['-rp', type], {
        env: avahi.environment,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const text = await line(child.stdout, new RegExp(`^=;eth0;IPv4;.*${mark}`))
      child.kill()
      return text
    }
    const hob = await see('_hob._tcp', 'hob-aaaa')
    expect(hob).toContain(';hob-aaaa.local;10.77.0.1;4620;')
    for (const text of ['txtvers=1', `id=${a.id}`, 'v=0.1.0', 'claim=open', `fp=${a.id}`])
      expect(hob).toContain(`"${text}"`)
    expect(await see('_https._tcp', 'hob-bbbb')).toContain(';hob-bbbb.local;10.77.0.2;4620;')
  })

  it('tell what changed in their TXT without a new name', async () => {
    const claimed = (box: Box): Advert => ({ ...box.advert, txt: { ...box.advert.txt, claim: 'done' } })
    await Promise.all([a, c].map((box) => box.order({ do: 'publish', advert: claimed(box) })))
    const found = await browse(b)
    expect(
      found
        .filter((box) => box.claimed === true)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([a.id, c.id])
    expect(boxes().flatMap(renames)).toEqual([])
  })

  it('rename themselves, and say so, when their name is taken: the host, or the instance, or both', async () => {
    expect((await b.order({ do: 'publish', advert: { ...b.advert, host: 'hob-aaaa' } })).name).toBe(
      'hob-aaaa-2',
    )
    expect(renames(b)).toEqual([{ host: 'hob-aaaa-2', name: b.advert.name }])
    const asA = { ...c.advert, host: 'hob-aaaa', name: a.advert.name }
    expect((await c.order({ do: 'publish', advert: asA })).name).toBe('hob-aaaa-3')
    expect(renames(c)).toEqual([{ host: 'hob-aaaa-3', name: 'Küche a #2' }])
    await b.order({ do: 'publish', advert: { ...b.advert, name: a.advert.name } })
    expect(renames(b).at(-1)).toEqual({ host: 'hob-bbbb', name: 'Küche a #3' })
    expect(renames(a)).toEqual([])
    await Promise.all([b, c].map((box) => box.order({ do: 'publish', advert: box.advert })))
    expect((await browse(a)).map(({ host }) => host).toSorted()).toEqual(
      boxes().map(({ advert }) => `${advert.host}.local`),
    )
  })

  it('outlive more than three thousand malformed packets, also as answers to what they ask', async () => {
    const seed = printedSeed()
    const [flooded] = await Promise.all([
      rogue.order({ do: 'flood', seed, packets: 3_000 }),
      browse(b).then((found) => expect(found.length).toBeGreaterThanOrEqual(1)),
    ])
    // the rogue still answers every question with a hundred of them
    const again = await browse(b)
    expect(again.map(({ id }) => id)).toEqual(expect.arrayContaining([a.id, b.id, c.id]))
    for (const { machine, advert } of boxes())
      expect(await untilAnswered(rogue, advert.host, machine.address)).toContain(machine.address)
    expect(flooded.answer).toBeTypeOf('number')
  })

  it('are there again after twenty flaps of the link and another address, without a new name', async () => {
    const before = boxes().flatMap(renames).length
    for (let n = 0; n < 20; n++)
      for (const state of ['down', 'up'] as const) for (const { machine } of [a, c]) machine.link(state)
    a.machine.move('10.77.0.11')
    c.machine.move('10.77.0.13')
    const heard = await Promise.all([
      untilAnswered(b, 'hob-aaaa', '10.77.0.11'),
      untilAnswered(b, 'hob-cccc', '10.77.0.13'),
    ])
    expect(heard[0]).toContain('10.77.0.11')
    expect(heard[1]).toContain('10.77.0.13')
    expect(boxes().flatMap(renames)).toHaveLength(before)
  })

  it('publish again when avahi’s daemon was killed and is back', async () => {
    await avahi.restart()
    expect(await untilAnswered(b, 'hob-cccc', '10.77.0.13')).toContain('10.77.0.13')
    expect((await c.order({ do: 'check' })).name).toBe('hob-cccc')
  })

  it('say goodbye when they stop', async () => {
    endRogue()
    const watch = c.machine.start('avahi-browse', ['-p', '_hob._tcp'], {
      env: avahi.environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const left = line(watch.stdout, /^-;eth0;IPv4;.*a;_hob/, 40_000)
    await line(watch.stdout, /^\+;eth0;IPv4;.*a;_hob/)
    await a.order({ do: 'stop' })
    await left
    await c.order({ do: 'stop' })
    expect((await browse(b)).map(({ id }) => id)).toEqual([b.id])
    watch.kill()
  })
})
