// The live channel's events: numbered, kept for a while so that a client which was cut off can go on, and handed to
// whoever is connected. Owns the ring and the list of listeners; everything in the api service may publish.
//
// Numbers are each person's own and grow by one: an event for everybody counts for everybody, an event for one person
// for that person alone. So a client can check that none is missing, and cannot tell how much others do.
import { randomBytes } from 'node:crypto'
import type { z } from '@hono/zod-openapi'
import type { liveDataSchemas } from '#appliance/contracts/box.ts'
import { createRing } from './ring.ts'

export type LiveType = keyof typeof liveDataSchemas
export type LiveData<Type extends LiveType> = z.input<(typeof liveDataSchemas)[Type]>
export type Audience = 'everyone' | { readonly user: string }

export interface Frame {
  readonly seq: number
  /** The whole message in UTF-8, made once for all of a person's connections. */
  readonly bytes: Buffer
}

export interface Listener {
  readonly user: string
  deliver(frame: Frame): void
}

export interface Hub {
  /** Random at every start: numbers of another epoch mean nothing. */
  readonly epoch: string
  publish<Type extends LiveType>(type: Type, data: LiveData<Type>, audience: Audience): void
  /** The number of the person's last event. */
  seq(user: string): number
  /** The person's events after `seq`, oldest first, at most `limit`; null when one of them is not kept any more. */
  after(user: string, seq: number, limit: number): Frame[] | null
  join(listener: Listener): void
  leave(listener: Listener): void
}

interface RingSize {
  events?: number
  bytes?: number
}

export function createHub({ events = 20_000, bytes = 16 * 1024 * 1024 }: RingSize = {}): Hub {
  const ring = createRing({ slots: events, maxBytes: bytes })
  const listeners = new Map<string, Set<Listener>>()
  let shared = 0
  /** A number for each person who ever had an event of their own: as many as the household has people. */
  const own = new Map<string, number>()

  const seq = (user: string): number => shared + (own.get(user) ?? 0)

  const deliver = (user: string, tail: string): void => {
    const group = listeners.get(user)
    if (group === undefined) return
    const frame = frameOf(seq(user), tail)
    for (const listener of group) listener.deliver(frame)
  }

  return {
    epoch: randomBytes(9).toString('base64url'),
    seq,
    publish: (type, data, audience) => {
      const tail = `"type":${JSON.stringify(type)},"data":${JSON.stringify(data)}}`
      if (audience === 'everyone') {
        shared++
        ring.push({ user: null, tail, bytes: Buffer.byteLength(tail) })
        for (const user of listeners.keys()) deliver(user, tail)
      } else {
        own.set(audience.user, (own.get(audience.user) ?? 0) + 1)
        ring.push({ user: audience.user, tail, bytes: Buffer.byteLength(tail) })
        deliver(audience.user, tail)
      }
    },
    after: (user, from, limit) => {
      let missing = seq(user) - from
      if (missing < 0) return null
      const tails: string[] = []
      for (const entry of ring.newestFirst()) {
        if (missing === 0) break
        if (entry.user !== null && entry.user !== user) continue
        if (missing <= limit) tails.push(entry.tail)
        missing--
      }
      if (missing > 0) return null
      return tails.toReversed().map((tail, i) => frameOf(from + 1 + i, tail))
    },
    join: (listener) => {
      const group = listeners.get(listener.user)
      if (group === undefined) listeners.set(listener.user, new Set([listener]))
      else group.add(listener)
    },
    leave: (listener) => {
      const group = listeners.get(listener.user)
      group?.delete(listener)
      if (group?.size === 0) listeners.delete(listener.user)
    },
  }
}

const frameOf = (seq: number, tail: string): Frame => ({ seq, bytes: Buffer.from(`{"seq":${seq},${tail}`) })
