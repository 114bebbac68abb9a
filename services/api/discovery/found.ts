// Puts boxes together from the records of mDNS answers, as they come in any order from anybody: bounded, cleaned of
// what a terminal or a page would take for orders. Pure but for what it has gathered; used by browse-child.ts alone.
import { isIPv4, isIPv6 } from 'node:net'
import type { FoundBox } from '#appliance/contracts/network.ts'
import { hostFlaw } from './labels.ts'
import { spelled } from './one-shot.ts'

/** A record as dns-js parses it. */
export interface DnsRecord {
  readonly name: string
  readonly type: number
  readonly ttl: number
  /** PTR: a name; TXT: its strings. */
  readonly data?: unknown
  readonly address?: string
  readonly target?: string
  readonly port?: number
}

export interface Found {
  take(records: readonly DnsRecord[]): void
  boxes(): FoundBox[]
}

const service = '._hob._tcp.local'
const boxesMax = 200
const hostsMax = 400
const addressesMax = 16
const txtBytesMax = 64 * 1024
const type = { A: 1, PTR: 12, TXT: 16, AAAA: 28, SRV: 33 } as const

interface Instance {
  readonly name: string
  target?: string
  port?: number
  txt?: ReadonlyMap<string, string>
  txtBytes: number
}

export function createFound(): Found {
  const instances = new Map<string, Instance>()
  const hosts = new Map<string, Set<string>>()
  let txtBytes = 0

  const instanceOf = (fullName: string): Instance | null => {
    const key = fullName.toLowerCase()
    if (!key.endsWith(service)) return null
    const known = instances.get(key)
    if (known !== undefined) return known
    if (instances.size >= boxesMax) return null
    const made: Instance = { name: cleaned(fullName.slice(0, -service.length), 63), txtBytes: 0 }
    instances.set(key, made)
    return made
  }

  const forget = (fullName: string): void => {
    const key = fullName.toLowerCase()
    txtBytes -= instances.get(key)?.txtBytes ?? 0
    instances.delete(key)
  }

  const takeText = (instance: Instance, texts: readonly string[]): void => {
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    if (txtBytes - instance.txtBytes + bytes > txtBytesMax) return
    txtBytes += bytes - instance.txtBytes
    instance.txtBytes = bytes
    instance.txt = new Map(
      // the first of a key counts (RFC 6763 §6.4)
      texts.toReversed().flatMap((text) => {
        const at = text.indexOf('=')
        return at > 0 ? [[text.slice(0, at).toLowerCase(), text.slice(at + 1)] as const] : []
      }),
    )
  }

  const takeAddress = (host: string, address: string): void => {
    const key = host.toLowerCase()
    if (!hosts.has(key) && hosts.size >= hostsMax) return
    const known = hosts.get(key) ?? new Set()
    if (known.size < addressesMax) hosts.set(key, known.add(spelled(address)))
  }

  const take = (record: DnsRecord): void => {
    const { name, data, address, target, port, ttl } = record
    if (record.type === type.PTR && typeof data === 'string' && `.${name.toLowerCase()}` === service) {
      if (ttl === 0) forget(data)
      else instanceOf(data)
    }
    if ((record.type === type.A || record.type === type.AAAA) && address !== undefined && ttl > 0)
      takeAddress(name, address)
    const instance = record.type === type.SRV || record.type === type.TXT ? instanceOf(name) : null
    if (instance === null || ttl === 0) return
    if (record.type === type.TXT && isTexts(data)) takeText(instance, data)
    if (record.type === type.SRV && target !== undefined && port !== undefined)
      Object.assign(instance, { target, port })
  }

  return {
    take: (records) => {
      for (const record of records) take(record)
    },
    boxes: () =>
      [...instances.values()].flatMap((instance) => {
        const box = boxOf(instance, hosts)
        return box === null ? [] : [box]
      }),
  }
}

const isTexts = (data: unknown): data is string[] =>
  Array.isArray(data) && data.every((text) => typeof text === 'string')

/** Null while something is missing, and for what is no box. */
function boxOf(
  { name, target, port, txt }: Instance,
  hosts: ReadonlyMap<string, Set<string>>,
): FoundBox | null {
  const host = target?.toLowerCase() ?? ''
  const id = txt?.get('id') ?? ''
  if (txt === undefined || port === undefined || port === 0 || !isHash(id)) return null
  if (!host.endsWith('.local') || hostFlaw(host.slice(0, -'.local'.length)) !== null) return null
  const addresses = [...(hosts.get(host) ?? [])].sort()
  const claim = txt.get('claim')
  const version = txt.get('v')
  const fingerprint = txt.get('fp') ?? ''
  return {
    id,
    name,
    host,
    addresses: { v4: addresses.filter(isIPv4), v6: addresses.filter(isIPv6) },
    port,
    version: version === undefined ? null : cleaned(version, 32),
    claimed: claim === 'done' ? true : claim === 'open' ? false : null,
    fingerprint: isHash(fingerprint) ? fingerprint : null,
  }
}

const isHash = (text: string): boolean => /^[0-9a-f]{16}$/.test(text)

/** Without control characters, and those that turn the direction of writing. */
const cleaned = (text: string, length: number): string => text.replaceAll(/\p{C}/gu, '').slice(0, length)
