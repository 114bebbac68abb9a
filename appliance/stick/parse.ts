// What stands in a stick's hob.conf (README.md): key = value, a line each. What is not understood whole is refused whole, by its line;
// a value is never repeated, since it may be a password. Pure.
import type { Addressing, JoinWifi } from '../contracts/host-network.ts'
import { HobError } from '../errors.ts'

export interface Stick {
  readonly wifi: JoinWifi | null
  readonly addressing: Addressing | null
  /** Another claim code. */
  readonly claim: boolean
}

const keys = ['wifi', 'password', 'country', 'address', 'gateway', 'dns', 'claim'] as const
type Key = (typeof keys)[number]
const mostLines = 100

const refused = (detail: string): HobError => new HobError('stick_invalid', { detail })

/** Throws stick_invalid. */
export function parseStick(text: string): Stick {
  const values = readValues(text)
  const address = values.get('address')
  needs(values, 'wifi', ['password', 'country'])
  needs(values, 'address', ['gateway', 'dns'])
  const claim = values.get('claim')
  if (claim !== undefined && claim !== 'new') throw refused('claim can be “new” and nothing else')
  const stick = { wifi: wifiOf(values), addressing: addressing(values, address), claim: claim === 'new' }
  if (values.size === 0) throw refused('hob.conf says nothing')
  return stick
}

function readValues(text: string): ReadonlyMap<Key, string> {
  const lines = text.split(/\r\n|\n|\r/)
  if (lines.length > mostLines) throw refused(`hob.conf has more than ${mostLines} lines`)
  const values = new Map<Key, string>()
  for (const [index, line] of lines.entries()) {
    const at = `line ${index + 1}`
    if (/^\s*([#;]|$)/.test(line)) continue
    // no control characters: it would be no text, and would move the cursor of whoever reads the log
    if (/[^\P{Cc}\t]/u.test(line)) throw refused(`${at} is no text`)
    const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    const key = keys.find((one) => one === name.toLowerCase())
    if (key === undefined) throw refused(`${at} has none of the keys ${keys.join(', ')}`)
    if (values.has(key)) throw refused(`${at} says ${key} a second time`)
    const plain = /^"(.*)"$/.exec(value)?.[1] ?? value
    if (plain === '') throw refused(`${at} gives ${key} no value`)
    values.set(key, plain)
  }
  return values
}

function needs(values: ReadonlyMap<Key, string>, first: Key, others: readonly Key[]): void {
  const alone = values.has(first) ? undefined : others.find((one) => values.has(one))
  if (alone !== undefined) throw refused(`${alone} stands there without ${first}`)
}

function wifiOf(values: ReadonlyMap<Key, string>): JoinWifi | null {
  const ssid = values.get('wifi')
  if (ssid === undefined) return null
  const country = values.get('country')?.toUpperCase()
  if (country !== undefined && !/^[A-Z]{2}$/.test(country))
    throw refused('country is two letters, such as DE')
  return { ssid, password: values.get('password') ?? null, ...(country === undefined ? {} : { country }) }
}

function addressing(values: ReadonlyMap<Key, string>, address: string | undefined): Addressing | null {
  if (address === undefined) return null
  if (address.toLowerCase() === 'automatic') {
    if (values.has('gateway') || values.has('dns'))
      throw refused('an automatic address brings its own gateway and dns')
    return { method: 'automatic' }
  }
  const dns = (values.get('dns') ?? '').split(/[\s,]+/).filter(Boolean)
  return { method: 'static', address, gateway: values.get('gateway') ?? null, dns }
}
