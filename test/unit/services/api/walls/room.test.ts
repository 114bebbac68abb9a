// Who gives way when every connection is taken: lists of connections, without any.
import { expect, test } from 'vitest'
import { whoGivesWay } from '#services/api/walls/room.ts'

interface One {
  readonly name: string
  readonly address: string
  answered: number
}
/** `'a1 b0'`: one of address a that was answered once, then one of b that never was. */
const held = (text: string): One[] =>
  text.split(' ').map((word, i) => ({
    name: `${word[0]}${i}`,
    address: word[0] ?? '',
    answered: Number(word[1]),
  }))
const goes = (text: string, newcomer: string): string | null =>
  whoGivesWay(held(text), { newcomer, limit: text.split(' ').length })?.name ?? null

test('the oldest that was never answered goes, of the address that has the most of them', () => {
  expect(goes('a0 b0 c1 b0', 'd')).toBe('b1')
  expect(goes('c1 a0 b0', 'd')).toBe('a1')
})

test('a newcomer of the same address takes such a place, too', () => {
  expect(goes('a0 a0 a0', 'a')).toBe('a0')
})

test('who was answered stays while the address holds no more than half', () => {
  expect(goes('a1 a1 b1 c1', 'd')).toBe(null)
})

test('an address that holds more than half gives way to another, but not to itself', () => {
  expect(goes('b1 a1 a2 a1', 'd')).toBe('a1')
  expect(goes('b1 a1 a2 a1', 'b')).toBe('a1')
  expect(goes('b1 a1 a2 a1', 'a')).toBe(null)
})

test('with a thousand addresses that hold one each, the first to wait goes first', () => {
  const many = Array.from({ length: 1_000 }, (_, i) => ({
    address: `10.0.0.${i}`,
    answered: i === 0 ? 1 : 0,
  }))
  expect(whoGivesWay(many, { newcomer: 'x', limit: 1_000 })).toBe(many[1])
})
