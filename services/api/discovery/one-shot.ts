// Asks the network once for a host's addresses, as RFC 6762 §5.1's simplest resolver does: a query from a port of its
// own, so that answers come back to it alone and nobody's sockets on 5353 are disturbed. IPv4 carries the question.
// Used by the self-check and the publishers; owns its sockets for the length of one question.
import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { nameEnd, packetFlaw } from './packet-guard.ts'

/** The addresses that anybody gave for `host` (a label), each once; null where there is no network to ask. */
export type AskNetwork = (host: string, signal?: AbortSignal) => Promise<string[] | null>

const group = '224.0.0.251'
const port = 5353
const interfacesMax = 16
const addressesMax = 64
const waitMs = 1_000
const typeA = 1
const typeAAAA = 28

interface Interface {
  readonly name: string
  readonly address: string
}

/** The interfaces with an IPv4 address, loopback left out: those on which others can be. */
export const lanInterfaces = (): Interface[] =>
  Object.entries(networkInterfaces())
    .flatMap(([name, addresses = []]) => {
      const address = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)
      return address === undefined ? [] : [{ name, address: address.address }]
    })
    .slice(0, interfacesMax)

/** Every address of this machine, in one spelling. */
export const ownAddresses = (): Set<string> =>
  new Set(
    Object.values(networkInterfaces()).flatMap((addresses = []) =>
      addresses.map(({ address }) => spelled(address)),
    ),
  )

/** One spelling for each address: `fe80:0:0:0:0:0:0:1` and `FE80::1%eth0` are `fe80::1`. */
export function spelled(address: string): string {
  const [bare = ''] = address.split('%')
  return isIPv6(bare) ? new URL(`http://[${bare}]`).hostname.slice(1, -1) : bare
}

export const askNetwork: AskNetwork = async (host, signal) => {
  const sockets = await Promise.all(lanInterfaces().map(open))
  const asking = sockets.filter((socket) => socket !== null)
  if (asking.length === 0) return null
  const name = `${host}.local`
  const heard = new Set<string>()
  const id = randomInt(65_536)
  const query = encodeQuery(id, name)
  try {
    for (const socket of asking) {
      socket.on('message', (packet) => {
        for (const address of addressesIn(packet, name)) if (heard.size < addressesMax) heard.add(address)
      })
      // a link that goes in this second is no answer, and no more than that
      socket.send(query, port, group, () => undefined)
    }
    await wait(waitMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined)
  } finally {
    for (const socket of asking) socket.close()
  }
  return [...heard]
}

/** Whether another machine answers for `host` now. Who only claims a name and does not answer for it is no rival. */
export async function hasRival(ask: AskNetwork, host: string): Promise<boolean> {
  const own = ownAddresses()
  return (await ask(host))?.some((address) => !own.has(address)) ?? false
}

/** Null for an address that went between the listing and the binding. */
async function open({ address }: Interface): Promise<Socket | null> {
  const socket = createSocket('udp4')
  try {
    socket.bind(0, address)
    await once(socket, 'listening')
    socket.setMulticastInterface(address)
    socket.setMulticastTTL(255)
    socket.on('error', () => undefined)
    return socket
  } catch {
    socket.close()
    return null
  }
}

/** Two questions, A and AAAA. */
export function encodeQuery(id: number, name: string): Buffer {
  const labels = name.split('.').map((label) => {
    const bytes = Buffer.from(label)
    return Buffer.concat([Buffer.of(bytes.length), bytes])
  })
  const owner = Buffer.concat([...labels, Buffer.of(0)])
  const header = Buffer.alloc(12)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(2, 4)
  const question = (type: number): Buffer => Buffer.concat([owner, Buffer.of(0, type, 0, 1)])
  return Buffer.concat([header, question(typeA), question(typeAAAA)])
}

/** What a response says are the addresses of `name`; nothing for a query, a flawed packet or another name. */
export function addressesIn(packet: Buffer, name: string): string[] {
  if (packetFlaw(packet, 'careful') !== null || packet.readUInt16BE(2) < 0x8000) return []
  const found: string[] = []
  let at = 12
  // packetFlaw has walked the same way: no name is missing
  for (let n = packet.readUInt16BE(4); n > 0; n--) at = (nameEnd(packet, at) ?? packet.length) + 4
  const records = packet.readUInt16BE(6) + packet.readUInt16BE(8) + packet.readUInt16BE(10)
  for (let n = 0; n < records; n++) {
    const end = nameEnd(packet, at) ?? packet.length
    const type = packet.readUInt16BE(end)
    const data = packet.subarray(end + 10, end + 10 + packet.readUInt16BE(end + 8))
    if ((type === typeA || type === typeAAAA) && nameAt(packet, at) === name.toLowerCase())
      found.push(type === typeA ? data.join('.') : ipv6Of(data))
    at = end + 10 + data.length
  }
  return found
}

const ipv6Of = (data: Buffer): string =>
  spelled(Array.from({ length: 8 }, (_, n) => data.readUInt16BE(n * 2).toString(16)).join(':'))

/** Only for what packetFlaw let pass. */
function nameAt(packet: Buffer, start: number): string {
  const labels: string[] = []
  for (let at = start; ; ) {
    const length = packet[at] ?? 0
    if (length === 0) return labels.join('.').toLowerCase()
    if (length >= 0xc0) at = (length - 0xc0) * 256 + (packet[at + 1] ?? 0)
    else {
      labels.push(packet.toString('utf8', at + 1, at + 1 + length))
      at += 1 + length
    }
  }
}
