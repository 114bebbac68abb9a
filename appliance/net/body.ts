// A response's body as pieces to be awaited, with a limit on silence. Unlike the stream's own iterator it hands over
// what had arrived before the link broke, so that a download over a bad link gets on. Holds at most about a megabyte.
import type { IncomingMessage } from 'node:http'

const pauseAtBytes = 1_000_000

export interface Pieces {
  /** Null at the end. Rejects with the stream's error, the signal's reason or a TimeoutError. */
  next(signal: AbortSignal, idleTimeoutMs: number): Promise<Buffer | null>
}

export function piecesOf(response: IncomingMessage): Pieces {
  const queue: Buffer[] = []
  let queuedBytes = 0
  let ended = false
  let failure: unknown = null
  let wake: () => void = () => undefined

  response.on('data', (piece: Buffer) => {
    queue.push(piece)
    queuedBytes += piece.length
    if (queuedBytes >= pauseAtBytes) response.pause()
    wake()
  })
  response.on('error', (error) => {
    failure ??= error
    wake()
  })
  response.on('close', () => {
    ended = true
    if (!response.complete) failure ??= new Error('the connection broke')
    wake()
  })
  response.on('end', () => {
    ended = true
    wake()
  })

  function take(): Buffer | null {
    const piece = queue.shift() ?? null
    queuedBytes -= piece?.length ?? 0
    if (queuedBytes < pauseAtBytes) response.resume()
    return piece
  }

  async function arrival(signal: AbortSignal, idleTimeoutMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const late = new DOMException('silent for too long', 'TimeoutError')
    const timer = setTimeout(() => reject(late), idleTimeoutMs)
    const onAbort = (): void => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    wake = resolve
    try {
      await promise
    } finally {
      wake = () => undefined
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }

  return {
    async next(signal, idleTimeoutMs) {
      for (;;) {
        signal.throwIfAborted()
        if (queue.length > 0) return take()
        if (failure !== null) throw failure
        if (ended) return null
        await arrival(signal, idleTimeoutMs)
      }
    },
  }
}
