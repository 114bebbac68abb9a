// The queue: who may generate next.
import { describe, expect, test } from 'vitest'
import { HobError } from '#appliance/errors.ts'
import { createQueue, type Slot, type Ticket } from '#services/models/queue.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'
import { printedSeed, random as seeded } from '#test/fakes/random.ts'

const never = new AbortController().signal
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}
const first = (ticket: Ticket): Promise<Slot> => ticket.slots[0] ?? Promise.reject(new TypeError('no slot'))

function setUp(length = 8, slots = 1) {
  const clock = createManualClock()
  const queue = createQueue({ clock, length })
  queue.setSlots(slots)
  const order: string[] = []
  const ask = (person: string, name = person, count = 1, signal: AbortSignal = never): Ticket => {
    const ticket = queue.enter({ person, count, signal })
    for (const slot of ticket.slots) {
      slot.then(
        () => order.push(name),
        () => order.push(`${name} refused`),
      )
    }
    return ticket
  }
  return { clock, queue, order, ask }
}

describe('queue', () => {
  test('a person with one request is served before the second of a person with many', async () => {
    const { order, ask } = setUp(20)
    const tickets = [ask('anna', 'a1')]
    for (const name of ['a2', 'a3', 'a4']) tickets.push(ask('anna', name))
    tickets.push(ask('bea', 'b1'), ask('carl', 'c1'))
    const held: Slot[] = []
    for (const ticket of tickets) void first(ticket).then((slot) => held.push(slot))
    for (let turn = 0; turn < tickets.length; turn++) {
      await settle()
      held.at(-1)?.release()
    }
    await settle()
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'a4'])
  })

  test('one request too many is refused with the time after which to come back', async () => {
    const { clock, ask } = setUp(2)
    const slot = await first(ask('anna'))
    clock.advance(8_000)
    slot.release()
    await first(ask('anna'))
    ask('anna')
    ask('bea')
    const refused = (() => {
      try {
        ask('carl')
        return null
      } catch (error) {
        return error
      }
    })()
    expect(refused).toBeInstanceOf(HobError)
    // three turns of the eight seconds that were measured
    expect(refused).toMatchObject({ code: 'queue_full', retryAfterSeconds: 24 })
  })

  test('a request for several slots takes one waiting place and gets them as they come', async () => {
    const { order, ask, queue } = setUp(1, 2)
    const many = ask('anna', 'a', 3)
    await settle()
    expect(order).toEqual(['a', 'a'])
    expect(queue.waiting).toBe(1)
    expect(many.place()).toBe(1)
    ;(await first(many)).release()
    await settle()
    expect(order).toHaveLength(3)
    expect(many.place()).toBe(0)
    expect(queue.waiting).toBe(0)
  })

  test('leaving while waiting frees the place, and only that', async () => {
    const { order, ask, queue } = setUp()
    const slot = await first(ask('anna', 'a1'))
    const leaving = new AbortController()
    ask('bea', 'b1', 1, leaving.signal)
    ask('carl', 'c1')
    leaving.abort(new HobError('client_gone'))
    expect(queue.waiting).toBe(1)
    slot.release()
    slot.release()
    await settle()
    expect(order).toEqual(['a1', 'b1 refused', 'c1'])
    expect(queue.active).toBe(1)
  })

  test('without slots everybody waits; refusing tells all of them', async () => {
    const { order, ask, queue } = setUp(8, 0)
    ask('anna')
    ask('bea')
    await settle()
    expect(order).toEqual([])
    queue.refuse(new HobError('shutting_down'))
    await settle()
    expect(order).toEqual(['anna refused', 'bea refused'])
    expect(queue.waiting).toBe(0)
  })

  test('keeps its promises under random load', async () => {
    const random = seeded(printedSeed())
    const pick = (below: number): number => Math.floor(random() * below)
    const clock = createManualClock()
    const length = 12
    const queue = createQueue({ clock, length })
    const slots = 1 + pick(4)
    queue.setSlots(slots)
    const held: Slot[] = []
    const granted: { person: string; number: number }[] = []
    const asked = new Map<string, number>()
    const passedOver = new Map<string, number>()
    const refusals: unknown[] = []
    let worstWait = 0
    let entered = 0
    for (let step = 0; step < 3_000; step++) {
      const action = pick(10)
      if (action < 6) {
        const person = `p${pick(5)}`
        const abort = new AbortController()
        try {
          const ticket = queue.enter({ person, count: 1, signal: abort.signal })
          const number = entered++
          asked.set(`${person}/${number}`, step)
          const onGrant = (slot: Slot): void => {
            held.push(slot)
            granted.push({ person, number })
            asked.delete(`${person}/${number}`)
            for (const other of new Set([...asked.keys()].map((key) => key.split('/')[0] ?? '')))
              if (other !== person) passedOver.set(other, (passedOver.get(other) ?? 0) + 1)
            passedOver.set(person, 0)
            worstWait = Math.max(worstWait, ...passedOver.values())
          }
          void first(ticket).then(onGrant, () => asked.delete(`${person}/${number}`))
          if (action === 0) abort.abort(new HobError('client_gone'))
        } catch (error) {
          refusals.push([error instanceof HobError ? error.code : error, queue.waiting])
        }
      } else if (held.length > 0) held.splice(pick(held.length), 1)[0]?.release()
      clock.advance(pick(50))
      await settle()
      expect(queue.active).toBe(held.length)
      expect(held.length).toBeLessThanOrEqual(slots)
      expect(queue.waiting).toBeLessThanOrEqual(length)
      expect(held.length === slots || queue.waiting === 0).toBe(true)
    }
    // five persons: the four others once each, and once more who came in between
    expect(worstWait).toBeLessThanOrEqual(5)
    expect(refusals.length).toBeGreaterThan(0)
    expect(refusals).toEqual(refusals.map(() => ['queue_full', length]))
    const byPerson = Map.groupBy(granted, ({ person }) => person)
    for (const answers of byPerson.values()) {
      const numbers = answers.map(({ number }) => number)
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    }
    while (held.length > 0 || queue.waiting > 0) {
      held.pop()?.release()
      await settle()
    }
    expect(asked.size).toBe(0)
    expect(granted.length).toBeGreaterThan(500)
  })
})
