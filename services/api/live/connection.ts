// One client of the live channel: hello, what it missed, then every event as it comes. Never holds more than the
// socket's own buffer: while catching up it takes a batch from the ring when the last one is written, and a client
// that is too slow for what is live is cut and may come back with its number.
//
//   hello ──▶ catching up ──nothing left──▶ live
//                 └─ring has moved on─┐      └─more than 1 MiB unread─┐
//                                     ▼                               ▼
//                                   closed with 1013, the client resumes by seq
// In every state: its session or token ends ──▶ closed with 4401.
import type { z } from '@hono/zod-openapi'
import { WebSocket } from 'ws'
import type { liveQuerySchema } from '#appliance/contracts/box.ts'
import type { Caller } from '#appliance/contracts/principal.ts'
import type { Frame, Hub, Listener } from './hub.ts'

const unreadMaxBytes = 1024 * 1024
const batchEvents = 256
/** Between two heartbeats; a client has nothing to say but a ping now and then. */
const messagesMax = 100
const goingAway = 1001
const tryAgainLater = 1013
const policyViolation = 1008
/** Ours: the session or token behind it is over, or its rights have changed; come back and be asked again. */
const noLonger = 4401
/** A client that does not say goodbye by then is cut: within a second of the revocation with time to spare. */
const goodbyeMs = 500
const pong = '{"type":"pong"}'

export type ResumeFrom = z.output<typeof liveQuerySchema>

interface Uses {
  hub: Hub
  socket: WebSocket
  caller: Caller
  from: ResumeFrom
}

export class Connection implements Listener {
  readonly user: string
  readonly #hub: Hub
  readonly #socket: WebSocket
  #seq: number
  #catchingUp: boolean
  #alive = true
  #messages = 0
  #ended = false

  constructor({ hub, socket, caller, from }: Uses) {
    const { user } = caller.principal
    this.user = user
    this.#hub = hub
    this.#socket = socket
    const resumed =
      from.epoch === hub.epoch && from.seq !== undefined && hub.after(user, from.seq, 0) !== null
    this.#seq = resumed && from.seq !== undefined ? from.seq : hub.seq(user)
    this.#catchingUp = resumed
    this.#send(Buffer.from(JSON.stringify({ type: 'hello', epoch: hub.epoch, seq: this.#seq, resumed })))
    hub.join(this)
    if (resumed) this.#catchUp()
  }

  deliver(frame: Frame): void {
    if (this.#catchingUp || this.#ended) return
    if (this.#socket.bufferedAmount > unreadMaxBytes) return this.#cut()
    this.#seq = frame.seq
    this.#send(frame.bytes)
  }

  /** What the client says: `{"type":"ping"}` is answered, all else is passed over. */
  received(message: string): void {
    this.#alive = true
    if (++this.#messages > messagesMax) this.#socket.close(policyViolation, 'too many messages')
    else if (isPing(message)) this.#send(Buffer.from(pong))
  }

  answered(): void {
    this.#alive = true
  }

  /** Cuts a client that answered nothing since the last beat. */
  beat(): void {
    this.#messages = 0
    if (!this.#alive) return this.#socket.terminate()
    this.#alive = false
    this.#socket.ping()
  }

  /** Whoever it belongs to may no longer listen: not one frame more, and gone within a second. */
  end(): void {
    this.#ended = true
    this.#hub.leave(this)
    endSocket(this.#socket)
  }

  /** The box stops; what does not leave at once is cut when the server closes. */
  goodbye(): void {
    this.#socket.close(goingAway, 'the box is shutting down')
  }

  left(): void {
    this.#hub.leave(this)
  }

  #catchUp(): void {
    if (this.#ended) return
    const frames = this.#hub.after(this.user, this.#seq, batchEvents)
    if (frames === null) return this.#cut()
    const last = frames.pop()
    if (last === undefined) {
      this.#catchingUp = false
      return
    }
    for (const frame of frames) this.#send(frame.bytes)
    this.#seq = last.seq
    this.#socket.send(last.bytes, { binary: false, compress: false }, (error) => {
      // an error is followed by the close event
      if (error == null) this.#catchUp()
    })
  }

  /** The close frame waits behind what is unread; the next beat ends a client that does not even take that. */
  #cut(): void {
    this.#hub.leave(this)
    this.#alive = false
    this.#socket.close(tryAgainLater, 'slow')
  }

  #send(bytes: Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(bytes, { binary: false, compress: false })
  }
}

/** Tells the client that it may no longer listen, and cuts it if it does not leave. */
export function endSocket(socket: WebSocket): void {
  socket.close(noLonger, 'signed out')
  setTimeout(() => socket.terminate(), goodbyeMs).unref()
}

function isPing(message: string): boolean {
  try {
    const value: unknown = JSON.parse(message)
    return typeof value === 'object' && value !== null && 'type' in value && value.type === 'ping'
  } catch {
    return false
  }
}
