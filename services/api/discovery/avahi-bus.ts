// The one door to dbus-next: the system bus, as far as avahi's publisher needs it. Every call has a deadline; what comes
// back is parsed by whoever asked. Owns the connection.
import { Message, MessageType, systemBus } from 'dbus-next'
import { HobError } from '#appliance/errors.ts'

export interface Signal {
  readonly path: string
  readonly member: string
  readonly body: readonly unknown[]
}

export interface AvahiBus {
  /** Throws avahi's refusal as it is (see refusal), and service_unavailable when nothing comes back in time. */
  call(on: Target, member: string, signature?: string, body?: readonly unknown[]): Promise<readonly unknown[]>
  /** Avahi's signals. */
  onSignal(listener: (signal: Signal) => void): () => void
  /** Whether the daemon is there, each time that changes. */
  onDaemon(listener: (present: boolean) => void): void
  /** True once the connection is lost. */
  isClosed(): boolean
  close(): void
}

/** The server, or an entry group by its path. */
export type Target = 'server' | { readonly group: string }

const avahi = 'org.freedesktop.Avahi'
const callMs = 5_000

/** The D-Bus error's name without its prefixes, such as CollisionError or AccessDenied; null for another error. */
export function refusal(error: unknown): string | null {
  if (!(error instanceof Error) || !('type' in error) || typeof error.type !== 'string') return null
  return error.type.split('.').at(-1) ?? null
}

/** Resolves to null where there is no bus, or no avahi that answers on it within `withinMs`. */
export async function connectAvahiBus({ withinMs }: { withinMs: number }): Promise<AvahiBus | null> {
  const bus = systemBus()
  let closed = false
  const listeners = new Set<(signal: Signal) => void>()
  const daemonListeners = new Set<(present: boolean) => void>()

  const lost = Promise.withResolvers<false>()

  const close = (): void => {
    if (closed) return
    closed = true
    lost.resolve(false)
    bus.disconnect()
  }

  const send = async (fields: ConstructorParameters<typeof Message>[0], ms: number): Promise<unknown[]> => {
    const unanswered = Promise.withResolvers<never>()
    const late = setTimeout(() => {
      // a bus that does not answer has lost us
      close()
      unanswered.reject(new HobError('service_unavailable', { service: 'avahi' }))
    }, ms)
    try {
      const reply = await Promise.race([bus.call(new Message(fields)), unanswered.promise])
      return reply?.body ?? []
    } finally {
      clearTimeout(late)
    }
  }

  bus.on('error', close)
  bus.on('message', ({ type, path, interface: from, member, body }) => {
    if (type !== MessageType.SIGNAL) return
    if (member === 'NameOwnerChanged' && body[0] === avahi)
      for (const listener of daemonListeners) listener(body[2] !== '')
    else if (from?.startsWith(`${avahi}.`)) for (const listener of listeners) listener({ path, member, body })
  })

  const call: AvahiBus['call'] = async (on, member, signature = '', body = []) => {
    const [path, from] = on === 'server' ? ['/', 'Server'] : [on.group, 'EntryGroup']
    return await send(
      { destination: avahi, path, interface: `${avahi}.${from}`, member, signature, body: [...body] },
      callMs,
    )
  }

  const match = async (rule: string, ms: number): Promise<void> => {
    const name = 'org.freedesktop.DBus'
    const on = { destination: name, path: '/org/freedesktop/DBus', interface: name }
    await send({ ...on, member: 'AddMatch', signature: 's', body: [rule] }, ms)
  }

  const arrange = async (): Promise<void> => {
    await match(`type='signal',sender='${avahi}'`, withinMs)
    await match(
      `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${avahi}'`,
      withinMs,
    )
    await call('server', 'GetHostName')
  }

  const tooLate = new Promise<false>((resolve) => {
    setTimeout(() => resolve(false), withinMs).unref()
  })
  const answers = arrange().then(
    () => true,
    () => false,
  )
  const here = await Promise.race([answers, tooLate, lost.promise])
  if (!here || closed) {
    close()
    return null
  }
  return {
    call,
    onSignal: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onDaemon: (listener) => void daemonListeners.add(listener),
    isClosed: () => closed,
    close,
  }
}
