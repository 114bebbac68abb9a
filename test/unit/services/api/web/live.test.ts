// The page's end of the live channel: resumes where it was, notices gaps and silence, and waits longer after each
// failure.
import { beforeEach, describe, expect, it } from 'vitest'
import type { LiveEvent } from '#appliance/contracts/box.ts'
import { createLive, type Live, type LiveListener } from '#services/api/web/app/live.ts'

interface Connection {
  query: string
  listener: LiveListener
  closed: boolean
}

/** The box's side, time, and what came out, all in the test's hands. */
function bench() {
  const connections: Connection[] = []
  const timers = new Map<number, { at: number; run: () => void }>()
  const heard: LiveEvent[] = []
  let resets = 0
  let refusals = 0
  let time = 0
  let lastTimer = 0
  const live: Live = createLive({
    connect: (query, listener) => {
      const connection = { query, listener, closed: false }
      connections.push(connection)
      return {
        close: () => {
          connection.closed = true
        },
      }
    },
    onEvent: (event) => heard.push(event),
    onReset: () => {
      resets += 1
    },
    onRefused: () => {
      refusals += 1
    },
    now: () => time,
    random: () => 1,
    setTimer: (run, ms) => {
      timers.set(++lastTimer, { at: time + ms, run })
      return lastTimer
    },
    clearTimer: (timer) => {
      if (typeof timer === 'number') timers.delete(timer)
    },
  })
  return {
    live,
    connections,
    heard,
    resets: () => resets,
    refusals: () => refusals,
    pass: (ms: number) => {
      const until = time + ms
      for (;;) {
        const next = [...timers].sort(([, a], [, b]) => a.at - b.at)[0]
        if (next === undefined || next[1].at > until) break
        timers.delete(next[0])
        time = next[1].at
        next[1].run()
      }
      time = until
    },
    say: (frame: unknown) => connections.at(-1)?.listener.message(JSON.stringify(frame)),
    cut: (code?: number) => connections.at(-1)?.listener.closed(code),
  }
}

const hello = (seq: number, resumed: boolean, epoch = 'one') => ({ type: 'hello', epoch, seq, resumed })
const event = (seq: number) => ({ seq, type: 'load', data: seq })

describe('the live channel', () => {
  let it1: ReturnType<typeof bench>
  beforeEach(() => {
    it1 = bench()
    it1.live.open()
  })
  const seqs = () => it1.heard.map(({ seq }) => seq)

  it('asks to resume from the last event that came, and hands each on once', () => {
    it1.say(hello(7, false))
    it1.say(event(8))
    it1.say(event(9))
    it1.cut()
    expect(it1.live.link.get()).toBe('lost')
    it1.pass(1000)
    expect(it1.connections.at(-1)?.query).toBe('?epoch=one&seq=9')
    it1.say(hello(11, true))
    for (const seq of [9, 10, 11, 12]) it1.say(event(seq))
    expect(seqs()).toEqual([8, 9, 10, 11, 12])
    expect(it1.resets()).toBe(0)
    expect(it1.live.link.get()).toBe('live')
  })

  it('misses nothing and doubles nothing when it is cut 100 times', () => {
    const seed = 20_261_121
    let state = seed
    const random = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      return state / 2 ** 31
    }
    it1.say(hello(0, false))
    let last = 0
    for (let cut = 0; cut < 100; cut += 1) {
      const burst = Math.floor(random() * 100)
      for (let n = 0; n < burst; n += 1) it1.say(event(++last))
      it1.cut()
      // What the box publishes meanwhile is replayed after the next hello, a few that were seen before it as well.
      const missed = Math.floor(random() * 20)
      const from = Math.max(1, last - 3)
      last += missed
      it1.pass(40_000)
      it1.say(hello(last, true))
      for (let seq = from; seq <= last; seq += 1) it1.say(event(seq))
    }
    expect(seqs(), `seed ${seed}`).toEqual(Array.from({ length: last }, (_, index) => index + 1))
    expect(it1.resets()).toBe(0)
  })

  it('reads everything again when the box started anew', () => {
    it1.say(hello(7, false))
    it1.say(event(8))
    it1.cut()
    it1.pass(1000)
    it1.say(hello(2, false, 'two'))
    expect(it1.resets()).toBe(1)
    it1.say(event(3))
    expect(seqs()).toEqual([8, 3])
  })

  it('asks again for one that is missing, and starts over when it is gone for good', () => {
    it1.say(hello(0, false))
    it1.say(event(1))
    it1.say(event(3))
    expect(it1.connections).toHaveLength(2)
    expect(it1.connections.at(-1)?.query).toBe('?epoch=one&seq=1')
    it1.say(hello(3, true))
    it1.say(event(3))
    expect(it1.resets()).toBe(1)
    expect(seqs()).toEqual([1])
    it1.say(event(4))
    expect(seqs()).toEqual([1, 4])
  })

  it('waits longer after each failure, half a minute at most, and starts small again once it is back', () => {
    const waits: number[] = []
    for (let failure = 0; failure < 9; failure += 1) {
      const before = it1.connections.length
      it1.cut()
      let waited = 0
      while (it1.connections.length === before) {
        it1.pass(250)
        waited += 250
      }
      waits.push(waited)
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    it1.say(hello(0, false))
    it1.cut()
    it1.pass(500)
    expect(it1.connections).toHaveLength(11)
  })

  it('tries at once when somebody looks or the network is back', () => {
    it1.cut()
    it1.live.wake()
    expect(it1.connections).toHaveLength(2)
    it1.say(hello(0, false))
    it1.live.wake()
    expect(it1.connections).toHaveLength(2)
    it1.pass(25_000)
    it1.live.wake()
    expect(it1.connections).toHaveLength(3)
  })

  it('takes a silent link for dead', () => {
    it1.say(hello(0, false))
    it1.pass(45_000)
    it1.say(event(1))
    it1.pass(30_000)
    expect(it1.live.link.get()).toBe('live')
    it1.pass(60_000)
    expect(it1.live.link.get()).toBe('lost')
  })

  it('does not listen to a connection that it gave up, nor to frames that are none', () => {
    const first = it1.connections[0]
    it1.say(hello(0, false))
    it1.cut()
    it1.pass(1000)
    first?.listener.message(JSON.stringify(event(1)))
    it1.say(event(1))
    for (const frame of ['{', 'null', '{"seq":"1","type":"load"}', '[]'])
      it1.connections.at(-1)?.listener.message(frame)
    expect(seqs()).toEqual([])
    it1.live.close()
    it1.pass(100_000)
    expect(it1.connections).toHaveLength(2)
    expect(it1.connections.at(-1)?.closed).toBe(true)
  })

  it('asks at the door when the box closes it with 4401, without a word of a lost link and without hurry', () => {
    it1.say(hello(7, false))
    it1.cut(4401)
    expect(it1.refusals()).toBe(1)
    expect(it1.live.link.get()).toBe('connecting')
    it1.pass(1900)
    expect(it1.connections).toHaveLength(1)
    // The answer at the door: nobody is signed in.
    it1.live.close()
    it1.pass(120_000)
    expect(it1.connections).toHaveLength(1)
    it1.live.open()
    it1.say(hello(9, true))
    expect(it1.live.link.get()).toBe('live')
  })

  it('asks at the door when it is turned away before the first word, for a browser is not told why', () => {
    it1.cut()
    expect(it1.refusals()).toBe(1)
    it1.pass(1000)
    it1.say(hello(0, false))
    it1.cut()
    expect(it1.refusals()).toBe(1)
  })
})
