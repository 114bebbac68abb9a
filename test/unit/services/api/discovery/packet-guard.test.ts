// The validator that stands before dns-js: what it lets pass, what it does not, and that dns-js ends on all it lets pass.
import { createRequire } from 'node:module'
import { describe, expect, it, test } from 'vitest'
import { packetFlaw as flawFor } from '#services/api/discovery/packet-guard.ts'
import { printedSeed, random } from '#test/fakes/random.ts'
import {
  boxAnswer,
  killer,
  malformedPacket,
  nameBytes,
  packetBytes,
  recordType,
  txtBytes,
} from './packets.ts'

const packetFlaw = (packet: Buffer): string | null => flawFor(packet, 'dns-js')

const dns: { DNSPacket: { parse(bytes: Buffer): unknown } } = createRequire(
  createRequire(import.meta.url).resolve('mdns-js'),
)('dns-js')

const question = (...name: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from('000000000001000000000000', 'hex'), Buffer.from(name), Buffer.of(0, 12, 0, 1)])

const record = (type: number, data: Buffer) => packetBytes({ answers: [{ name: 'a.local', type, data }] })

describe('the packet guard', () => {
  it('lets a query and a box’s answer pass', () => {
    expect(
      packetFlaw(packetBytes({ flags: 0, questions: [{ name: '_hob._tcp.local', type: 12 }] })),
    ).toBeNull()
    expect(packetFlaw(boxAnswer())).toBeNull()
  })

  it('lets a name pass that ends in a pointer to an earlier one', () => {
    const first = Buffer.concat([nameBytes('hob.local'), Buffer.of(0, 12, 0, 1)])
    const second = Buffer.concat([Buffer.of(1, 0x61, 0xc0, 12), Buffer.of(0, 12, 0, 1)])
    expect(
      packetFlaw(Buffer.concat([Buffer.from('000000000002000000000000', 'hex'), first, second])),
    ).toBeNull()
  })

  it('refuses the question whose name points at itself, which hangs dns-js', () => {
    expect(killer).toHaveLength(18)
    expect(packetFlaw(killer)).toBe('a bad question')
  })

  test.each([
    ['an empty packet', Buffer.alloc(0), 'shorter than a header'],
    [
      'a count that the bytes cannot hold',
      Buffer.from('00000000ffff000000000000', 'hex'),
      'too many records',
    ],
    ['more records than bytes', Buffer.from('000000000000000900000000', 'hex'), 'more records than bytes'],
    ['a pointer forward', question(0xc0, 20, 0, 0, 0, 0), 'a bad question'],
    ['a pointer into the header', question(0xc0, 4), 'a bad question'],
    ['two pointers in a circle', question(1, 0x61, 0xc0, 12), 'a bad question'],
    [
      'a pointer without its second byte',
      Buffer.from('000000000001000000000000c0c0c0c0c0', 'hex'),
      'a bad question',
    ],
    ['a label of 64 bytes', question(64, ...Buffer.alloc(64, 0x61), 0), 'a bad question'],
    ['a label past the end', question(63, 0x61), 'a bad question'],
    ['an A record of five bytes', record(recordType.A, Buffer.alloc(5)), 'bad record data'],
    ['an AAAA record of four bytes', record(recordType.AAAA, Buffer.alloc(4)), 'bad record data'],
    [
      'a TXT string that dns-js takes for a pointer',
      record(recordType.TXT, txtBytes('x'.repeat(200))),
      'bad record data',
    ],
    ['a TXT string past its record', record(recordType.TXT, Buffer.of(9, 0x61)), 'bad record data'],
    ['an empty TXT string among others', record(recordType.TXT, Buffer.of(0, 1, 0x61)), 'bad record data'],
    ['a PTR that is longer than its name', record(recordType.PTR, Buffer.of(0, 0)), 'bad record data'],
    [
      'an OPT in the middle without an option',
      packetBytes({
        answers: [
          { name: 'a', type: recordType.OPT, data: Buffer.alloc(0) },
          { name: 'a', type: recordType.A, data: Buffer.alloc(4) },
        ],
      }),
      'bad record data',
    ],
    [
      'bytes after the last record',
      Buffer.concat([boxAnswer(), Buffer.of(0)]),
      'bytes after the last record',
    ],
    ['a packet that was cut', boxAnswer().subarray(0, -1), 'a record past the end'],
  ])('refuses %s', (_, packet, flaw) => expect(packetFlaw(packet)).toBe(flaw))

  it('lets a parser that keeps to the lengths have long and empty texts, but no more than that', () => {
    for (const texts of [txtBytes('x'.repeat(200)), Buffer.of(0, 1, 0x61)])
      expect(flawFor(record(recordType.TXT, texts), 'careful')).toBeNull()
    expect(flawFor(record(recordType.A, Buffer.alloc(5)), 'careful')).toBe('bad record data')
    expect(flawFor(killer, 'careful')).toBe('a bad question')
  })

  it('refuses a name of more than 255 bytes and one of more than 128 labels', () => {
    const labels = (count: number, length: number): number[] =>
      Array.from({ length: count }, () => [length, ...Buffer.alloc(length, 0x61)]).flat()
    expect(packetFlaw(question(...labels(3, 63), ...labels(1, 61), 0))).toBeNull()
    expect(packetFlaw(question(...labels(3, 63), ...labels(1, 62), 0))).toBe('a bad question')
    expect(packetFlaw(question(...labels(127, 1), 0))).toBeNull()
    expect(packetFlaw(question(...labels(129, 1), 0))).toBe('a bad question')
  })

  it('lets pass only what dns-js reads to its end', () => {
    const next = random(printedSeed())
    let passed = 0
    for (let n = 0; n < 6_000; n++) {
      const packet = malformedPacket(next)
      if (packetFlaw(packet) !== null) continue
      passed++
      try {
        const parsed = dns.DNSPacket.parse(packet)
        // a list would mean that it lost its place and took the rest for another packet
        expect(Array.isArray(parsed), packet.toString('hex')).toBe(false)
      } catch (error) {
        // it refuses type 0 and class 0, which is no harm
        expect(String(error), packet.toString('hex')).toMatch(/is empty/)
      }
    }
    expect(passed).toBeGreaterThan(100)
  })
})
