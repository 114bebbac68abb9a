// What the box says about itself, and how it renames itself.
import { expect, test } from 'vitest'
import {
  alternativeHost,
  alternativeName,
  differsInTextAlone,
  makeAdvert,
} from '#services/api/discovery/advert.ts'

const names = { id: 'ab12000000000000', host: 'hob-ab12', name: 'Kitchen' }
const facts = {
  names,
  port: 443,
  version: '0.1.0',
  claimed: false,
  caFingerprint: `AB:CD:${'01:'.repeat(30)}`,
}

test('the TXT record says which box it is, txtvers first, and nothing about people', () => {
  const { txt } = makeAdvert(facts)
  expect(Object.entries(txt)).toEqual([
    ['txtvers', '1'],
    ['id', 'ab12000000000000'],
    ['v', '0.1.0'],
    ['claim', 'open'],
    ['fp', 'abcd010101010101'],
  ])
  expect(makeAdvert({ ...facts, claimed: true }).txt['claim']).toBe('done')
  expect(makeAdvert({ ...facts, caFingerprint: null }).txt).not.toHaveProperty('fp')
})

test('a taken host becomes hob-ab12-2, a taken name Kitchen #2, each within what DNS holds', () => {
  expect(alternativeHost('hob-ab12', 2)).toBe('hob-ab12-2')
  expect(alternativeHost('x'.repeat(63), 12)).toBe(`${'x'.repeat(60)}-12`)
  expect(alternativeName('Kitchen', 2)).toBe('Kitchen #2')
  expect(Buffer.byteLength(alternativeName('厨'.repeat(21), 2))).toBe(63)
})

test('only another TXT record is an update; the same advert again is none', () => {
  const advert = makeAdvert(facts)
  expect(differsInTextAlone(advert, makeAdvert({ ...facts, claimed: true }))).toBe(true)
  expect(differsInTextAlone(advert, makeAdvert(facts))).toBe(false)
  for (const other of [
    { port: 4620 },
    { names: { ...names, host: 'den' } },
    { names: { ...names, name: 'Den' } },
  ])
    expect(differsInTextAlone(advert, makeAdvert({ ...facts, claimed: true, ...other }))).toBe(false)
})
