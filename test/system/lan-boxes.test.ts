// Two whole boxes on a network of their own, one beside an avahi-daemon, one without, which were given the same name;
// a phone that looks on; and a voice that says what no honest device says. Whatever happens there, each box is found,
// under a name that its page, its certificate and its Host list share, and no process of it ends.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { addressesIn } from '#services/api/discovery/one-shot.ts'
import { printedSeed, random } from '#test/fakes/random.ts'
import { killer, malformedPacket } from '#test/unit/services/api/discovery/packets.ts'
import { type AvahiMachine, avahiUnavailable, line, startAvahi } from './avahi-machine.ts'
import { createLan, type Lan, lanUnavailable, type Machine } from './lan.ts'
import { type LanBox, startLanBox } from './lan-box.ts'
import { dearQuestions, evil, goodbyesOf, liesAbout } from './lies.ts'
import { startVoice, type Voice } from './voice.ts'

const why = lanUnavailable() ?? avahiUnavailable()
const noBus = 'unix:path=/nonexistent'
const wished = { host: 'hob-home', name: 'Hearth' }
/** By when what takes seconds has happened on a machine that is busy with much else; asked for each two seconds. */
const patient = { timeout: 100_000, interval: 2_000 }
/** Above what waits in it: who looks at a test that failed is to see what did not happen, and not that time passed. */
vi.setConfig({ testTimeout: 300_000 })
/** Of bytes sent for each byte received. A resolver's own question is answered with four times its bytes by avahi too. */
const amplificationMax = 5
/** What ciao may answer at once and each second, and what the test's own requests cost. */
const packetsMax = (seconds: number): number => 60 + 20 * seconds + 200

describe.skipIf(why !== null)(
  `two boxes that were given one name${why === null ? '' : ` (skipped: ${why})`}`,
  () => {
    let lan: Lan
    let beside: AvahiMachine
    let phone: AvahiMachine
    let phoneMachine: Machine
    let a: LanBox
    let b: LanBox
    let voice: Voice
    const boxes = (): LanBox[] => [a, b]

    const services = (): string[] =>
      boxes().flatMap(({ box }) =>
        [...box.processes()]
          .filter(([name]) => ['supervisor', 'api', 'models'].includes(name))
          .map(([name, pid]) => `${name} ${pid}`)
          .toSorted(),
      )

    /** As its page says it. */
    const hostOf = async (each: LanBox): Promise<string> => (await each.door(each.machine.address)).host
    const hosts = (): Promise<string[]> => Promise.all(boxes().map(hostOf))
    const labelOf = async (each: LanBox): Promise<string> => (await hostOf(each)).replace(/\.local$/, '')
    const onMachine = (machine: Machine, { environment }: AvahiMachine, ...command: string[]): string =>
      machine.run('env', `DBUS_SYSTEM_BUS_ADDRESS=${environment['DBUS_SYSTEM_BUS_ADDRESS']}`, ...command)

    /** Both answer under their names, with addresses that are theirs: all that was said to them before is read. */
    const answered = async (): Promise<void> => {
      for (const each of boxes()) {
        const heard = await voice.ask(await labelOf(each), each.machine.address)
        const { v4, v6 } = each.addresses()
        expect([...v4, ...v6]).toEqual(expect.arrayContaining(heard))
      }
    }

    const give6 = (machine: Machine): void => {
      const last = machine.address.split('.').at(-1)
      machine.run('ip', 'address', 'replace', `fd77::${last}/64`, 'dev', 'eth0', 'nodad')
    }

    beforeAll(async () => {
      lan = createLan()
      const [first, second, third, fourth] = [1, 2, 3, 4].map((n) => lan.machine(`m${n}`, `10.77.0.${n}`))
      if (first === undefined || second === undefined || third === undefined || fourth === undefined)
        throw new Error('four machines were made')
      for (const machine of [first, second, third]) give6(machine)
      phoneMachine = third
      ;[beside, phone, voice] = await Promise.all([startAvahi(first), startAvahi(third), startVoice(fourth)])
      const start = (machine: Machine, digit: string, bus: string): Promise<LanBox> =>
        startLanBox({ machine, from: third, bus, names: { id: digit.repeat(16), ...wished } })
      await Promise.all([
        start(first, 'a', beside.environment['DBUS_SYSTEM_BUS_ADDRESS'] ?? '').then((box) => (a = box)),
        start(second, 'b', noBus).then((box) => (b = box)),
      ])
    }, 300_000)

    afterAll(async () => {
      await Promise.all(boxes().map((each) => each?.stop()))
      voice?.stop()
      beside?.stop()
      phone?.stop()
      lan?.close()
    }, 60_000)

    it('agree that one has another, which its page, its certificate and its Host list then have', async () => {
      const [first, second] = [`${wished.host}.local`, `${wished.host}-2.local`]
      await expect.poll(async () => (await hosts()).toSorted(), patient).toEqual([second, first])
      for (const each of boxes()) {
        const host = await hostOf(each)
        const other = host === first ? second : first
        await expect.poll(() => each.leaf(), patient).toContain(host)
        expect(await each.leaf()).not.toContain(other)
        expect((await each.door(host)).host).toBe(host)
        expect(await each.statusFor(host)).toBe(200)
        expect(await each.statusFor(other)).toBe(421)
      }
    })

    it('find each other, with addresses, port and TXT, by `hob discover` and by avahi-browse', async () => {
      const wanted = await Promise.all(
        boxes().map(async (each) => ({
          id: each.id,
          name: expect.stringMatching(/^Hearth( #2)?$/),
          host: await hostOf(each),
          port: 4620,
          version: '0.1.0',
          claimed: true,
          fingerprint: new X509Certificate(
            readFileSync(join(each.box.dataDir, 'api/tls/ca.pem')),
          ).fingerprint256
            .replaceAll(':', '')
            .toLowerCase()
            .slice(0, 16),
        })),
      )
      // that it has an owner is told once the names are settled
      const claimed = async (): Promise<unknown[]> => (await a.discover()).map((box) => box.claimed)
      await expect.poll(claimed, patient).toEqual([true, true])
      for (const each of boxes()) {
        const found = (await each.discover()).toSorted((x, y) => x.id.localeCompare(y.id))
        expect(found).toMatchObject(wanted.map((one) => ({ ...one, own: one.id === each.id })))
        expect(new Set(found.map(({ name }) => name)).size).toBe(2)
        for (const [n, { addresses }] of boxes().entries()) {
          expect(found[n]?.addresses.v4).toEqual(addresses().v4)
          expect(found[n]?.addresses.v6).toContain(
            addresses().v6.find((address) => address.startsWith('fd77')),
          )
          expect(addresses().v6).toEqual(expect.arrayContaining(found[n]?.addresses.v6 ?? []))
        }
      }
      for (const [machine, avahi, seen] of [
        [a.machine, beside, [b]],
        [phoneMachine, phone, boxes()],
      ] as const) {
        const rows = onMachine(machine, avahi, 'avahi-browse', '-rpt', '_hob._tcp').split('\n')
        for (const each of seen) {
          const { host, fingerprint } = wanted.find(({ id }) => id === each.id) ?? {
            host: '',
            fingerprint: '',
          }
          const row = rows.find((text) => text.startsWith('=;eth0;IPv4;') && text.includes(`;${host};`)) ?? ''
          const [, , , , , , , address, port] = row.split(';')
          expect([...each.addresses().v4, ...each.addresses().v6]).toContain(address)
          expect(port).toBe('4620')
          for (const text of ['txtvers=1', `id=${each.id}`, 'v=0.1.0', 'claim=done', `fp=${fingerprint}`])
            expect(row).toContain(`"${text}"`)
          const resolve = (family: '-4' | '-6'): string | undefined =>
            onMachine(machine, avahi, 'avahi-resolve', family, '-n', host).trim().split(/\s+/)[1]
          expect(each.addresses().v4).toContain(resolve('-4'))
          expect(each.addresses().v6).toContain(resolve('-6'))
        }
      }
    })

    it('go on through thousands of malformed packets, looking around or not', async () => {
      const next = random(printedSeed())
      const hundred = (): Buffer[] =>
        Array.from({ length: 100 }, () => (next() < 0.1 ? killer : malformedPacket(next)))
      const before = services()
      expect(before).toHaveLength(6)
      const flood = async (): Promise<void> => {
        for (let n = 0; n < 15; n++) {
          await voice.say(hundred(), n % 2 === 0 ? 'mdns' : 'own')
          await answered()
        }
      }
      await flood()
      voice.answerEverybody(hundred())
      const [looks] = await Promise.all([Promise.all(boxes().map((each) => each.discover())), flood()])
      voice.answerEverybody([])
      for (const found of looks)
        expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining([a.id, b.id]))
      expect(services()).toEqual(before)
    })

    it('keep their names and answer for no other when somebody else claims them', async () => {
      const [before, running] = [await hosts(), services()]
      const theirs = new Set(boxes().flatMap((each) => [...each.addresses().v4, ...each.addresses().v6]))
      const wrong: string[] = []
      const leave = voice.onHeard(({ packet, address }) => {
        if (!boxes().some(({ machine }) => machine.address === address)) return
        wrong.push(...addressesIn(packet, `${evil.host}.local`))
        for (const host of before)
          wrong.push(...addressesIn(packet, host).filter((each) => !theirs.has(each)))
      })
      for (const [n, each] of boxes().entries()) {
        const host = before[n]?.replace(/\.local$/, '') ?? ''
        const name = (await a.discover()).find(({ id }) => id === each.id)?.name ?? ''
        await voice.say(liesAbout({ host, name, address: each.machine.address }), 'mdns')
        await answered()
      }
      await expect.poll(() => hosts(), patient).toEqual(before)
      await answered()
      leave()
      expect(wrong).toEqual([])
      expect(services()).toEqual(running)
      for (const [n, each] of boxes().entries()) {
        expect(await each.leaf()).toContain(before[n])
        expect(await each.statusFor(`${evil.host}.local`)).toBe(421)
      }
    })

    it('do not shout when they are asked for much in few bytes', async () => {
      for (const each of boxes()) {
        const host = await labelOf(each)
        const name = (await a.discover()).find(({ id }) => id === each.id)?.name ?? ''
        const small = [...dearQuestions(host), ...goodbyesOf({ host, name, address: each.machine.address })]
        const [start, at] = [each.traffic(), performance.now()]
        for (const from of ['mdns', 'own'] as const)
          for (let n = 0; n < 100; n++) await voice.say(small, from)
        await answered()
        await answered()
        const end = each.traffic()
        const ratio = (end.sent - start.sent) / (end.received - start.received)
        const packets = end.packets - start.packets
        process.stdout.write(
          `${host}: ${ratio.toFixed(2)} bytes sent for each received, ${packets} packets\n`,
        )
        if (each === b) expect(packets).toBeLessThan(packetsMax((performance.now() - at) / 1_000))
        expect(ratio).toBeLessThan(amplificationMax)
      }
    })

    it('are found again after twenty flaps of the link and another address, which the certificate names', async () => {
      const [before, running] = [await hosts(), services()]
      for (let n = 0; n < 20; n++)
        for (const state of ['down', 'up'] as const) for (const { machine } of boxes()) machine.link(state)
      for (const [n, { machine }] of boxes().entries()) {
        machine.move(`10.77.0.${n + 11}`)
        give6(machine)
      }
      for (const [each, other] of [
        [a, b],
        [b, a],
      ] as const)
        await expect
          .poll(async () => (await each.discover()).find(({ id }) => id === other.id)?.addresses.v4, patient)
          .toEqual([other.machine.address])
      for (const each of boxes())
        await expect.poll(() => each.leaf(), patient).toContain(each.machine.address)
      expect(await hosts()).toEqual(before)
      for (const [n, each] of boxes().entries())
        expect((await each.door(before[n] ?? '')).host).toBe(before[n])
      expect(services()).toEqual(running)
    })

    it('say goodbye when they stop', async () => {
      const watch = phoneMachine.start('avahi-browse', ['-p', '_hob._tcp'], {
        env: phone.environment,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      const left = line(watch.stdout, /^-;eth0;IPv4;Hearth/, 100_000)
      await line(watch.stdout, /^\+;eth0;IPv4;Hearth/)
      await a.stop()
      await left
      expect((await b.discover()).map(({ id }) => id)).toEqual([b.id])
      const leftToo = line(watch.stdout, /^-;eth0;IPv4;Hearth/, 100_000)
      await b.stop()
      await leftToo
      watch.kill()
    })
  },
)
