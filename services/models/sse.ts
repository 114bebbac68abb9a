// A stream of server-sent events with a bound on what waits for a slow reader (HTML standard §9.2). Owns one response
// body. Used by the OpenAI endpoints and the event feed.
import { HobError } from '#appliance/errors.ts'
import type { Clock } from '#appliance/timers/timers.ts'

export interface EventWriter {
  /** Ready-made text, `data: …\n\n`. Await what it returns before writing more; undefined when there is room. */
  write(text: string): Promise<void> | undefined
  close(): void
  /** When something was last written, in ms. */
  writtenAt(): number
}

/** What may wait unread; a long answer is a tenth of it. */
const bufferBytes = 256 * 1024

/** `onGone` is called once when the reader left, or has read nothing for `stallMs` with a full buffer. */
export function createEventStream({
  clock,
  stallMs,
  onGone,
}: {
  clock: Clock
  stallMs: number
  onGone: (reason: HobError) => void
}): { writer: EventWriter; body: ReadableStream<Uint8Array> } {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  let room: { promise: Promise<void>; resolve: () => void } | null = null
  let cancelStall = (): void => undefined
  let writtenAt = clock.now().getTime()

  const makeRoom = (): void => {
    cancelStall()
    room?.resolve()
    room = null
  }
  const end = (): void => {
    controller = null
    makeRoom()
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        controller = given
      },
      pull: makeRoom,
      cancel: () => {
        end()
        onGone(new HobError('client_gone'))
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferBytes }),
  )

  const stalled = (): void => {
    const reason = new HobError('client_gone', {}, { cause: new Error('the reader stopped reading') })
    controller?.error(reason)
    end()
    onGone(reason)
  }

  const write: EventWriter['write'] = (text) => {
    if (controller === null) return undefined
    writtenAt = clock.now().getTime()
    controller.enqueue(encoder.encode(text))
    if ((controller.desiredSize ?? 0) > 0) return undefined
    if (room === null) {
      room = Promise.withResolvers<void>()
      cancelStall = clock.at(new Date(writtenAt + stallMs), stalled)
    }
    return room.promise
  }

  const close = (): void => {
    controller?.close()
    end()
  }

  return { body, writer: { write, close, writtenAt: () => writtenAt } }
}

/** What the reader's side must know: not to be cached, not to be gathered by a proxy. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const
