// What ciao is kept from: packets that are none, and answering a flood with a flood.
import { describe, expect, it } from 'vitest'
import { boundAnswers, dropMalformedPackets, isWire, type Wire } from '#services/api/discovery/ciao-wire.ts'
import { boxAnswer, killer } from './packets.ts'

const question = { type: 0 }
const answer = { type: 1 }

function setUp() {
  const passed: unknown[] = []
  let milliseconds = 0
  const wire: Wire = {
    handleMessage: (_, packet) => void passed.push(packet),
    send: (packet) => Promise.resolve(passed.push(packet)),
    sendOnAllNetworksForService: (packet) => Promise.resolve([passed.push(packet)]),
  }
  boundAnswers(wire, () => milliseconds)
  dropMalformedPackets(wire)
  return { wire, passed, wait: (seconds: number) => (milliseconds += seconds * 1_000) }
}

describe('between ciao and the wire', () => {
  it('no malformed packet comes in', () => {
    const { wire, passed } = setUp()
    wire.handleMessage('eth0', killer)
    wire.handleMessage('eth0', boxAnswer())
    expect(passed).toEqual([boxAnswer()])
  })

  it('sixty answers go out at once, twenty more each second, and every question', async () => {
    const { wire, passed, wait } = setUp()
    for (let n = 0; n < 500; n++) await wire.send(answer, 'eth0')
    expect(passed).toHaveLength(60)
    wait(1)
    for (let n = 0; n < 500; n++) await wire.sendOnAllNetworksForService(answer)
    expect(passed).toHaveLength(80)
    for (let n = 0; n < 500; n++) await wire.sendOnAllNetworksForService(question)
    expect(passed).toHaveLength(580)
    wait(3_600)
    for (let n = 0; n < 500; n++) await wire.send(answer, 'eth0')
    expect(passed).toHaveLength(640)
  })

  it('is told from what only looks like it', () => {
    expect(isWire(setUp().wire)).toBe(true)
    expect(isWire({ handleMessage: () => undefined })).toBe(false)
    expect(isWire(null)).toBe(false)
  })
})
