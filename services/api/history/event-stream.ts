// The server-sent events of one answer, with backpressure: `send` waits while the reader is behind, and a reader that
// takes nothing for a minute counts as gone. Holds at most what the reader has not taken of the last few events.
import { HobError } from '#appliance/errors.ts'

export interface EventStream {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  /** Aborted when the reader has left. */
  readonly gone: AbortSignal
  send(event: string, data: unknown): Promise<void>
  /** The last event, which waits for nobody. */
  end(event: string, data: unknown): void
}

const bufferBytes = 64 * 1024
const stallTimeoutMs = 60_000

interface Options {
  /** When it aborts, nobody waits for the reader any longer. */
  stop: AbortSignal
  stallMs?: number
}

export function createEventStream({ stop, stallMs = stallTimeoutMs }: Options): EventStream {
  const gone = new AbortController()
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
  let taken = (): void => undefined

  const leave = (): void => {
    gone.abort(new HobError('client_gone'))
    taken()
  }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (started) => void (controller = started),
      pull: () => taken(),
      cancel: leave,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferBytes }),
  )

  stop.addEventListener('abort', () => taken(), { once: true })

  const enqueue = (event: string, data: unknown): void =>
    controller?.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))

  const room = async (): Promise<void> => {
    if (stop.aborted || (controller?.desiredSize ?? 1) > 0) return
    const stalled = setTimeout(leave, stallMs)
    await new Promise<void>((resolve) => (taken = resolve))
    clearTimeout(stalled)
  }

  return {
    body,
    gone: gone.signal,
    send: async (event, data) => {
      if (gone.signal.aborted) return
      enqueue(event, data)
      await room()
    },
    end: (event, data) => {
      if (gone.signal.aborted) return controller?.error(gone.signal.reason)
      enqueue(event, data)
      controller?.close()
    },
  }
}
