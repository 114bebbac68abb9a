// A box's discovery alone, as a program that a test starts on a machine of its LAN and orders about over IPC. Says
// every log line, every rename and the end of each order.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createLog } from '#appliance/log.ts'
import type { Advert } from '#services/api/discovery/advert.ts'
import { createBrowser } from '#services/api/discovery/browse.ts'
import { askNetwork, ownAddresses } from '#services/api/discovery/one-shot.ts'
import { createPublisher } from '#services/api/discovery/publisher.ts'
import { createSelfCheck } from '#services/api/discovery/self-check.ts'
import { random } from '#test/fakes/random.ts'
import { killer, malformedPacket } from '#test/unit/services/api/discovery/packets.ts'

export type Order =
  | { id: number; do: 'publish'; advert: Advert }
  | { id: number; do: 'browse'; seconds: number }
  | { id: number; do: 'ask'; host: string }
  /** To everybody on 5353, and to whoever asks from then on. */
  | { id: number; do: 'flood'; seed: number; packets: number }
  | { id: number; do: 'follow' | 'check' | 'stop' }

export type Word =
  | { id: number; answer: unknown; name: string; via: string }
  | { id: number; error: string }
  | { renamed: { host: string; name: string } }
  | { log: string }

const say = (word: Word): void => void process.send?.(word)
const log = createLog({ service: 'api', level: 'debug', write: (line) => say({ log: line.trim() }) })
const publisher = createPublisher({ log, ask: askNetwork })
const browser = createBrowser({ log })
publisher.onRename((renamed) => say({ renamed }))

let advert: Advert | null = null
const selfCheck = createSelfCheck({
  log,
  ask: askNetwork,
  own: ownAddresses,
  name: publisher.effectiveName,
  republish: async () => {
    if (advert !== null) await publisher.publish(advert)
  },
})

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'publish':
      advert = order.advert
      return await publisher.publish(order.advert)
    case 'browse':
      return await browser.browse(order.seconds)
    case 'ask':
      return await askNetwork(order.host)
    case 'flood':
      return await flood(order.seed, order.packets)
    case 'follow':
      return await publisher.follow()
    case 'check':
      return await selfCheck.check()
    case 'stop':
      await browser.stop()
      return await publisher.stop()
  }
}

async function flood(seed: number, packets: number): Promise<number> {
  const next = random(seed)
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  const send = (port: number, address: string): Promise<void> =>
    new Promise((resolve) => {
      const packet = next() < 0.1 ? killer : malformedPacket(next)
      socket.send(packet, port, address, () => resolve())
    })
  socket.bind(5353)
  await once(socket, 'listening')
  socket.addMembership('224.0.0.251')
  let answers = 0
  socket.on('message', (_, { address, port }) => {
    if (port === 5353) return
    for (let n = 0; n < 100; n++) void send(port, address)
    answers += 100
  })
  for (let n = 0; n < packets; n++) await send(5353, '224.0.0.251')
  socket.unref()
  return answers
}

process.on('message', (order: Order) => {
  obey(order).then(
    (answer) =>
      say({ id: order.id, answer: answer ?? null, name: publisher.effectiveName(), via: publisher.via() }),
    (error: unknown) =>
      say({ id: order.id, error: error instanceof Error ? (error.stack ?? '') : String(error) }),
  )
})
process.on('disconnect', () => process.exit(0))
say({ log: 'ready' })
