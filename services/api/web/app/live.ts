// The one live channel: a WebSocket of numbered events that resumes where it was cut. It hands on each event exactly
// once and in order; `onReset` means that some cannot be had any more and everything is to be read again.
//
//   closed ──open──▶ connecting ──hello──▶ live ──cut, silence, gap──▶ waiting ──time, online, visible──▶ connecting
import type { LiveEvent } from '#appliance/contracts/box.ts'
import { createStore, type Readable } from './store.ts'

export type Link = 'connecting' | 'live' | 'lost'

export interface LiveSocket {
  readonly close: () => void
}

export interface LiveListener {
  readonly message: (data: unknown) => void
  /** Ended, or never began; with the code that the box closed it with. */
  readonly closed: (code?: number) => void
}

interface Options {
  connect: (query: string, listener: LiveListener) => LiveSocket
  onEvent: (event: LiveEvent) => void
  onReset: () => void
  /** The box may not let this browser in any more: whoever keeps the door asks. */
  onRefused?: () => void
  now: () => number
  random: () => number
  setTimer: (run: () => void, ms: number) => unknown
  clearTimer: (timer: unknown) => void
  /** A link on which nothing came for so long is taken for dead: phones cut them without a word. */
  silenceMs?: number
}

export interface Live {
  readonly link: Readable<Link>
  readonly open: () => void
  readonly close: () => void
  /** The network came back or the person is looking again: try now. */
  readonly wake: () => void
}

const firstDelayMs = 500
const longestDelayMs = 30_000
const helloMs = 10_000
/** The box closed it because the session ended or the role changed. */
const signedOut = 4401

export function createLive({
  connect,
  onEvent,
  onReset,
  onRefused = () => undefined,
  silenceMs = 60_000,
  ...io
}: Options): Live {
  const link = createStore<Link>('connecting')
  let socket: LiveSocket | null = null
  let timer: unknown = null
  let watchdog: unknown = null
  let connection = 0
  let attempts = 0
  let heardAt = 0
  let epoch = ''
  let seq = 0
  let gapAt = -1
  let wanted = false
  let greeted = false

  const drop = (): void => {
    connection += 1
    socket?.close()
    socket = null
  }

  const watch = (ms: number): void => {
    io.clearTimer(watchdog)
    watchdog = io.setTimer(() => {
      const silentMs = io.now() - heardAt
      if (silentMs >= ms) retry()
      else watch(silenceMs)
    }, ms)
  }

  const start = (): void => {
    io.clearTimer(timer)
    timer = null
    drop()
    heardAt = io.now()
    greeted = false
    const mine = connection
    socket = connect(epoch === '' ? '' : `?epoch=${encodeURIComponent(epoch)}&seq=${seq}`, {
      // A connection that was given up may still speak for a while: it is not listened to.
      message: (data) => {
        if (mine === connection) receive(data)
      },
      closed: (code) => {
        if (mine !== connection) return
        const refused = code === signedOut
        // No hurry: the answer at the door closes the channel, or lets it come back as somebody else.
        if (refused) attempts = Math.max(attempts, 3)
        // Before its first word: the box is away, or shut its door; a browser is not told which.
        if (refused || !greeted) onRefused()
        retry(refused)
      },
    })
    watch(helloMs)
  }

  /** Full jitter over a doubling span: a thousand pages do not come back in the same instant. */
  const retry = (quiet = false): void => {
    drop()
    io.clearTimer(watchdog)
    if (!wanted || timer !== null) return
    if (quiet) link.set('connecting')
    else if (attempts > 0 || link.get() === 'live') link.set('lost')
    const spanMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempts, 10))
    attempts += 1
    timer = io.setTimer(start, spanMs / 2 + (io.random() * spanMs) / 2)
  }

  const hello = (frame: { epoch: string; seq: number; resumed: boolean }): void => {
    const known = epoch !== ''
    if (!frame.resumed || frame.epoch !== epoch) {
      epoch = frame.epoch
      seq = frame.seq
      if (known) onReset()
    }
    attempts = 0
    greeted = true
    link.set('live')
    watch(silenceMs)
  }

  const receive = (data: unknown): void => {
    heardAt = io.now()
    const frame = parse(data)
    if (frame === null) return
    if ('hello' in frame) hello(frame.hello)
    else accept(frame.event)
  }

  const accept = (frame: LiveEvent): void => {
    if (!greeted || frame.seq <= seq) return
    if (frame.seq > seq + 1 && gapAt !== seq) {
      // One is missing: ask for it again from the last that came. Missing again at the same place, it is gone.
      gapAt = seq
      start()
      return
    }
    const missed = frame.seq > seq + 1
    seq = frame.seq
    if (missed) onReset()
    else onEvent(frame)
  }

  return {
    link,
    open: () => {
      wanted = true
      start()
    },
    close: () => {
      wanted = false
      io.clearTimer(timer)
      io.clearTimer(watchdog)
      timer = null
      drop()
    },
    wake: () => {
      if (!wanted) return
      const stale = io.now() - heardAt > 20_000
      if (timer !== null || stale) start()
    },
  }
}

interface Hello {
  epoch: string
  seq: number
  resumed: boolean
}
type Frame = { hello: Hello } | { event: LiveEvent }

/** The box is trusted to keep its contract; what is checked here is only that a frame is whole. */
function parse(data: unknown): Frame | null {
  if (typeof data !== 'string') return null
  try {
    const frame: Partial<Hello & LiveEvent> | null = JSON.parse(data)
    if (frame === null || typeof frame.seq !== 'number' || typeof frame.type !== 'string') return null
    if (frame.type !== 'hello') return { event: { seq: frame.seq, type: frame.type, data: frame.data } }
    if (typeof frame.epoch !== 'string') return null
    return { hello: { epoch: frame.epoch, seq: frame.seq, resumed: frame.resumed === true } }
  } catch {
    return null
  }
}
