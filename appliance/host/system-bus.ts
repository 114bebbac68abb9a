// The door to the system's D-Bus for whoever runs one program's work on it and is gone again. Owns its connection; every call
// has a deadline.
import { DBusError, Message, type MessageBus, sessionBus, systemBus, Variant } from 'dbus-next'
import { z } from 'zod'
import { HobError } from '../errors.ts'

export interface SystemBus {
  /** Throws what `refusal` reads, and service_unavailable when nothing comes back in time. */
  call(on: Place, member: string, signature?: string, body?: readonly unknown[]): Promise<readonly unknown[]>
  /** All properties of one interface of an object, without their variants. */
  properties(on: Place): Promise<Record<string, unknown>>
  /** Tells of each signal of this name that comes from now on, until the connection is closed: what has passed is in no property. */
  listen(on: Place, member: string, hear: (body: readonly unknown[]) => void): Promise<void>
}

export interface Place {
  readonly destination: string
  readonly path: string
  readonly interface: string
}

const callMs = 15_000
const theBus: Place = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
}

/** A D-Bus error's name without its prefixes, such as UnknownObject; null for another error. */
export const refusal = (error: unknown): string | null =>
  error instanceof DBusError ? (error.type.split('.').at(-1) ?? null) : null

/** A value with its type, as D-Bus wants it inside a dictionary. */
export const typed = (signature: string, value: unknown): Variant => new Variant(signature, value)

/** What came in variants, without them, however deep. */
export function plain(value: unknown): unknown {
  if (value instanceof Variant) return plain(value.value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

/**
 * Opens a connection for `work`, and closes it whatever becomes of that. A refusal that `work` makes nothing of is host_failed, or
 * program_missing where the `service` is not there. `address` is another bus than the system's.
 */
export async function onSystemBus<Result>(
  { address, service }: { address?: string | undefined; service: string },
  work: (bus: SystemBus) => Promise<Result>,
): Promise<Result> {
  const bus: MessageBus = address === undefined ? systemBus() : sessionBus({ busAddress: address })
  const lost = Promise.withResolvers<never>()
  // nobody may be waiting at that moment
  lost.promise.catch(() => undefined)
  const fail = (cause: unknown): void =>
    lost.reject(new HobError('service_unavailable', { service }, { cause }))
  bus.on('error', fail)

  const call: SystemBus['call'] = async (on, member, signature = '', body = []) => {
    const late = setTimeout(() => fail(new Error(`${member}: no answer in time`)), callMs)
    try {
      const sent = bus.call(new Message({ ...on, member, signature, body: [...body] }))
      const reply = await Promise.race([sent, lost.promise])
      return reply?.body ?? []
    } finally {
      clearTimeout(late)
    }
  }
  try {
    return await work({
      call,
      properties: async (on) => {
        const place = { ...on, interface: 'org.freedesktop.DBus.Properties' }
        const [all] = await call(place, 'GetAll', 's', [on.interface])
        return z.record(z.string(), z.unknown()).parse(plain(all))
      },
      listen: async (on, member, hear) => {
        bus.on('message', (message: Message) => {
          const { path, interface: from, member: name, body } = message
          if (path === on.path && from === on.interface && name === member) hear(body.map(plain))
        })
        const { destination: sender, path, interface: from } = on
        const rule = `type='signal',sender='${sender}',path='${path}',interface='${from}',member='${member}'`
        await call(theBus, 'AddMatch', 's', [rule])
      },
    })
  } catch (cause) {
    if (!(cause instanceof DBusError)) throw cause
    const missing = cause.type === 'org.freedesktop.DBus.Error.ServiceUnknown'
    throw missing
      ? new HobError('program_missing', { program: service }, { cause })
      : new HobError('host_failed', { program: service, detail: cause.text }, { cause })
  } finally {
    bus.disconnect()
  }
}
