// The hub's numbers: gapless for each person, the same live and replayed, and bounded in number and bytes.
import { describe, expect, it } from 'vitest'
import { createHub, type Frame, type Hub } from '#services/api/live/hub.ts'

const read = (frames: readonly Frame[] | null) =>
  frames?.map(({ bytes }) => JSON.parse(bytes.toString())).map(({ seq, data }) => [seq, data.id]) ?? null

const tell = (hub: Hub, id: string, user?: string): void =>
  hub.publish('conversation', { id, change: 'updated' }, user === undefined ? 'everyone' : { user })

describe('the hub', () => {
  it("numbers each person's events without a gap, and keeps others' from them", () => {
    const hub = createHub()
    tell(hub, 'a')
    tell(hub, 'b', 'ann')
    tell(hub, 'c', 'bob')
    tell(hub, 'd', 'bob')
    tell(hub, 'e')
    expect(read(hub.after('ann', 0, 10))).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'e'],
    ])
    expect(read(hub.after('bob', 0, 10))).toEqual([
      [1, 'a'],
      [2, 'c'],
      [3, 'd'],
      [4, 'e'],
    ])
    expect(read(hub.after('carl', 0, 10))).toEqual([
      [1, 'a'],
      [2, 'e'],
    ])
    expect([hub.seq('ann'), hub.seq('bob'), hub.seq('carl')]).toEqual([3, 4, 2])
  })

  it('delivers with the same numbers as it replays, one buffer for all of a person’s connections', () => {
    const hub = createHub()
    const seen: Frame[][] = [[], [], []]
    const listeners = ['ann', 'ann', 'bob'].map((user, i) => ({
      user,
      deliver: (frame: Frame) => void seen[i]?.push(frame),
    }))
    for (const listener of listeners) hub.join(listener)
    tell(hub, 'a', 'bob')
    tell(hub, 'b')
    tell(hub, 'c', 'ann')
    expect(read(seen[0] ?? [])).toEqual(read(hub.after('ann', 0, 10)))
    expect(read(seen[2] ?? [])).toEqual([
      [1, 'a'],
      [2, 'b'],
    ])
    expect(seen[0]?.[0]?.bytes).toBe(seen[1]?.[0]?.bytes)
    for (const listener of listeners) hub.leave(listener)
    tell(hub, 'd')
    expect(seen[0]).toHaveLength(2)
  })

  it('gives batches from anywhere, oldest first', () => {
    const hub = createHub()
    for (let i = 1; i <= 10; i++) tell(hub, `${i}`)
    expect(read(hub.after('ann', 3, 2))).toEqual([
      [4, '4'],
      [5, '5'],
    ])
    expect(read(hub.after('ann', 10, 2))).toEqual([])
    expect(hub.after('ann', 11, 2)).toBeNull()
  })

  it('forgets the oldest past the number, and says so', () => {
    const hub = createHub({ events: 5 })
    for (let i = 1; i <= 12; i++) tell(hub, `${i}`, i % 2 === 0 ? 'ann' : undefined)
    expect(read(hub.after('ann', 7, 9))).toEqual([
      [8, '8'],
      [9, '9'],
      [10, '10'],
      [11, '11'],
      [12, '12'],
    ])
    expect(hub.after('ann', 6, 9)).toBeNull()
    expect(read(hub.after('bob', 4, 9))).toEqual([
      [5, '9'],
      [6, '11'],
    ])
    expect(hub.after('bob', 3, 9)).toBeNull()
  })

  it('forgets the oldest past the bytes, even when one event alone is too large', () => {
    const hub = createHub({ bytes: 1_000 })
    for (let i = 1; i <= 4; i++) tell(hub, `${i}${'é'.repeat(150)}`)
    expect(hub.after('ann', 2, 9)).toHaveLength(2)
    expect(hub.after('ann', 1, 9)).toBeNull()
    tell(hub, 'x'.repeat(2_000))
    expect(hub.after('ann', 4, 9)).toBeNull()
    tell(hub, 'small')
    expect(read(hub.after('ann', 5, 9))).toEqual([[6, 'small']])
  })

  it('has another epoch each time', () => {
    expect(createHub().epoch).not.toBe(createHub().epoch)
  })
})
