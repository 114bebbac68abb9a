// A program on a machine of a test's LAN that sends and hears raw mDNS datagrams, so that a test can say there what no
// honest responder says. Ordered about over IPC; knows nothing of DNS. voice.ts starts it.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'

/** `mdns`: from port 5353, as a responder; `own`: from another port, as a resolver that wants its answers for itself. */
export type From = 'mdns' | 'own'

export type Order =
  | { id: number; say: readonly string[]; from: From }
  /** What every resolver that asks from now on gets, at once. */
  | { answer: readonly string[] }

export type Word = { done: number } | { heard: string; address: string; port: number }

const group = '224.0.0.251'
const mdnsPort = 5353
const tell = (word: Word): void => void process.send?.(word)
const own = new Set(Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address)))
let answers: readonly string[] = []

async function open(port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  socket.bind(port)
  await once(socket, 'listening')
  socket.setMulticastTTL(255)
  if (port === mdnsPort) socket.addMembership(group)
  socket.on('message', (packet, { address, port }) => {
    if (own.has(address)) return
    tell({ heard: packet.toString('base64'), address, port })
    if (port !== mdnsPort) for (const answer of answers) void send(mdns, answer, port, address)
  })
  return socket
}

/** A link that is down takes nothing, and that is no error here. */
const send = (socket: Socket, packet: string, port: number, address: string): Promise<void> =>
  new Promise((resolve) => socket.send(Buffer.from(packet, 'base64'), port, address, () => resolve()))

const mdns = await open(mdnsPort)
const resolver = await open(0)

async function obey(order: Order): Promise<void> {
  if ('answer' in order) {
    answers = order.answer
    return
  }
  for (const packet of order.say) await send(order.from === 'mdns' ? mdns : resolver, packet, mdnsPort, group)
  tell({ done: order.id })
}

process.on('message', (order: Order) => void obey(order))
process.on('disconnect', () => process.exit(0))
tell({ done: 0 })
