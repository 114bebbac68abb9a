// What a dishonest device says about a box: that its name is another's, that it is gone; and questions that cost the
// asker little and want much. Pure.
import {
  boxAnswer,
  nameBytes,
  packetBytes,
  recordType,
  srvBytes,
  txtBytes,
} from '#test/unit/services/api/discovery/packets.ts'

export const evil = { host: 'hob-evil', address: '10.77.0.66' } as const

interface About {
  /** The host label, the instance name and an address of the box. */
  host: string
  name: string
  address: string
}

const bytesOf = (address: string): Buffer => Buffer.from(address.split('.').map(Number))
const any = 255

export function liesAbout({ host, name, address }: About): Buffer[] {
  const instance = `${name}._hob._tcp.local`
  return [
    boxAnswer({ name, host, address: evil.address }),
    boxAnswer({ name, host: evil.host, address }),
    packetBytes({
      answers: [{ name: `${host}.local`, type: recordType.A, data: bytesOf(evil.address) }],
      additionals: [{ name: `${evil.host}.local`, type: recordType.A, data: bytesOf(address) }],
    }),
    packetBytes({
      answers: [
        { name: instance, type: recordType.SRV, data: srvBytes(22, `${evil.host}.local`) },
        { name: instance, type: recordType.TXT, data: txtBytes('txtvers=1', 'id=eeeeeeeeeeeeeeee') },
      ],
    }),
    ...goodbyesOf({ host, name, address }),
  ]
}

/** In the box's place: who hears them forgets it. */
export function goodbyesOf({ host, name, address }: About): Buffer[] {
  const ttl = 0
  return [
    packetBytes({
      answers: [
        { name: '_hob._tcp.local', type: recordType.PTR, ttl, data: nameBytes(`${name}._hob._tcp.local`) },
      ],
    }),
    packetBytes({ answers: [{ name: `${host}.local`, type: recordType.A, ttl, data: bytesOf(address) }] }),
  ]
}

/** The smallest that make a responder say all it knows. */
export function dearQuestions(host: string): Buffer[] {
  const names = ['_hob._tcp.local', '_https._tcp.local', '_services._dns-sd._udp.local', `${host}.local`]
  const all = names.map((name) => ({ name, type: any }))
  return [...all.map((one) => [one]), all].map((questions) => packetBytes({ flags: 0, questions }))
}
