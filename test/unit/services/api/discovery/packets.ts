// DNS packets for tests, written byte by byte: honest ones, and such as no honest program sends.
export interface PacketRecord {
  readonly name: string
  readonly type: number
  readonly ttl?: number
  readonly data: Buffer
}

interface PacketParts {
  id?: number
  flags?: number
  questions?: readonly { name: string; type: number }[]
  answers?: readonly PacketRecord[]
  additionals?: readonly PacketRecord[]
}

export const recordType = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, OPT: 41, NSEC: 47 } as const

/** Labels are split at the dots. */
export const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .map((label) => Buffer.concat([Buffer.of(Buffer.byteLength(label)), Buffer.from(label)])),
    Buffer.of(0),
  ])

const short = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff)

export const txtBytes = (...texts: readonly string[]): Buffer =>
  Buffer.concat(texts.map((text) => Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)])))

export const srvBytes = (port: number, target: string): Buffer =>
  Buffer.concat([short(0), short(0), short(port), nameBytes(target)])

const recordBytes = ({ name, type, ttl = 120, data }: PacketRecord): Buffer =>
  Buffer.concat([nameBytes(name), short(type), short(1), short(0), short(ttl), short(data.length), data])

export const packetBytes = ({
  id = 0,
  flags = 0x8400,
  questions = [],
  answers = [],
  additionals = [],
}: PacketParts): Buffer =>
  Buffer.concat([
    ...[id, flags, questions.length, answers.length, 0, additionals.length].map(short),
    ...questions.map(({ name, type }) => Buffer.concat([nameBytes(name), short(type), short(1)])),
    ...[...answers, ...additionals].map(recordBytes),
  ])

/** The question whose name is a pointer to itself: 18 bytes that hang dns-js. */
export const killer = Buffer.from('000000000001000000000000c00c000c0001', 'hex')

/** A box's whole answer. */
export const boxAnswer = ({ name = 'Hob ab12', host = 'hob-ab12', address = '10.0.0.7' } = {}): Buffer =>
  packetBytes({
    answers: [{ name: '_hob._tcp.local', type: recordType.PTR, data: nameBytes(`${name}._hob._tcp.local`) }],
    additionals: [
      { name: `${name}._hob._tcp.local`, type: recordType.SRV, data: srvBytes(4620, `${host}.local`) },
      {
        name: `${name}._hob._tcp.local`,
        type: recordType.TXT,
        data: txtBytes('txtvers=1', 'id=ab12000000000000', 'v=0.1.0', 'claim=open'),
      },
      { name: `${host}.local`, type: recordType.A, data: Buffer.from(address.split('.').map(Number)) },
      {
        name: `${host}.local`,
        type: recordType.AAAA,
        data: Buffer.concat([Buffer.of(0xfe, 0x80), Buffer.alloc(13), Buffer.of(7)]),
      },
    ],
  })

/** Noise, honest packets with some bytes changed or cut, and compression pointers strewn in. */
export function malformedPacket(random: () => number): Buffer {
  const upTo = (limit: number): number => Math.floor(random() * limit)
  const kind = upTo(4)
  if (kind === 0) return Buffer.from(Array.from({ length: upTo(120) }, () => upTo(256)))
  const packet = boxAnswer({ name: `Hob ${upTo(99)}` })
  if (kind === 1) return packet.subarray(0, upTo(packet.length))
  for (let changes = 1 + upTo(6); changes > 0; changes--) {
    const at = upTo(packet.length - 1)
    if (kind === 2) packet[at] = upTo(256)
    else packet.writeUInt16BE(0xc000 + upTo(packet.length), at)
  }
  return packet
}
