// The box's own small question and what it reads from answers.
import { expect, test } from 'vitest'
import { addressesIn, encodeQuery, spelled } from '#services/api/discovery/one-shot.ts'
import { packetFlaw } from '#services/api/discovery/packet-guard.ts'
import { printedSeed, random } from '#test/fakes/random.ts'
import { boxAnswer, killer, malformedPacket } from './packets.ts'

test('the question is a packet, and no answer', () => {
  const query = encodeQuery(7, 'hob-ab12.local')
  expect(packetFlaw(query, 'dns-js')).toBeNull()
  expect(query.readUInt16BE(4)).toBe(2)
  expect(addressesIn(query, 'hob-ab12.local')).toEqual([])
})

test('an answer gives the addresses of the name that was asked for, whatever its case', () => {
  expect(addressesIn(boxAnswer(), 'HOB-ab12.local')).toEqual(['10.0.0.7', 'fe80::7'])
  expect(addressesIn(boxAnswer(), 'hob-ab13.local')).toEqual([])
})

test('a question that brings records along, as a probe does, is no answer', () => {
  const probe = boxAnswer()
  probe.writeUInt16BE(0, 2)
  expect(addressesIn(probe, 'hob-ab12.local')).toEqual([])
})

test('nothing malformed throws or hangs', () => {
  const next = random(printedSeed())
  expect(addressesIn(killer, 'hob-ab12.local')).toEqual([])
  for (let n = 0; n < 3_000; n++) addressesIn(malformedPacket(next), 'hob-ab12.local')
})

test.each([
  ['fe80:0:0:0:0:0:0:1', 'fe80::1'],
  ['FE80::1%eth0', 'fe80::1'],
  ['10.0.0.7', '10.0.0.7'],
])('%s is spelled %s', (address, spelling) => expect(spelled(address)).toBe(spelling))
