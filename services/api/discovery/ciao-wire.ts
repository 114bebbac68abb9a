// What passes between ciao and the wire: no malformed packet comes in, and no more answers go out than a home asks for.
// ciao answers every question and every false goodbye at once with all it has, as often as they come (RFC 6762 §6 wants
// a second between); a flood of them would make the box a louder flood. Owns the budget.
import { performance } from 'node:perf_hooks'
import { packetFlaw } from './packet-guard.ts'

/** What of ciao's server is looked through. */
export interface Wire {
  handleMessage: (name: string, packet: Buffer, ...rest: readonly unknown[]) => void
  send: (packet: DnsPacket, to: unknown, ...rest: readonly unknown[]) => Promise<unknown>
  sendOnAllNetworksForService: (packet: DnsPacket, ...rest: readonly unknown[]) => Promise<readonly unknown[]>
}

interface DnsPacket {
  readonly type: number
}

const methods = ['handleMessage', 'send', 'sendOnAllNetworksForService'] as const
const query = 0
/** Thirty devices that look at once, and then each second. */
const answersAtOnce = 60
const answersPerSecond = 20

export const isWire = (value: unknown): value is Wire =>
  typeof value === 'object' &&
  value !== null &&
  methods.every((method) => typeof Reflect.get(value, method) === 'function')

/** ciao throws at a malformed packet and makes a stack's text of it: 3,000 of them took seconds, looking at them 20 ms. */
export function dropMalformedPackets(wire: Wire): void {
  const handleMessage = wire.handleMessage.bind(wire)
  wire.handleMessage = (name, packet, ...rest) => {
    if (packetFlaw(packet, 'careful') === null) handleMessage(name, packet, ...rest)
  }
}

/** Its own questions always pass: they are few, and a name that was not asked for may be another's. */
export function boundAnswers(wire: Wire, milliseconds: () => number = () => performance.now()): void {
  let left = answersAtOnce
  let at = milliseconds()
  const mayPass = ({ type }: DnsPacket): boolean => {
    if (type === query) return true
    const now = milliseconds()
    left = Math.min(answersAtOnce, left + ((now - at) / 1_000) * answersPerSecond)
    at = now
    if (left < 1) return false
    left--
    return true
  }
  const send = wire.send.bind(wire)
  const sendOnAll = wire.sendOnAllNetworksForService.bind(wire)
  wire.send = (packet, ...rest) =>
    mayPass(packet) ? send(packet, ...rest) : Promise.resolve({ status: 'fulfilled' })
  wire.sendOnAllNetworksForService = (packet, ...rest) =>
    mayPass(packet) ? sendOnAll(packet, ...rest) : Promise.resolve([])
}
