// What the box tells the network about itself: two services at one port, and a TXT record that says which box it is,
// never who lives with it. Pure; the publishers (avahi.ts, ciao.ts) put it on the wire.
import type { BoxNames } from './names.ts'

/** Both stand at the https port under the same instance name. */
export const serviceTypes = ['hob', 'https'] as const

export interface Advert {
  /** The host label that is wished for; what the network lets us have is the publisher's effectiveName. */
  readonly host: string
  /** The instance name, which people read in a list. */
  readonly name: string
  readonly port: number
  /** In this order: txtvers is first (RFC 6763 §6.7). */
  readonly txt: Readonly<Record<string, string>>
}

interface Facts {
  names: BoxNames
  port: number
  version: string
  /** Whether the box has an owner already. */
  claimed: boolean
  /** The root certificate's SHA-256 in hex, with or without colons; null before there is one. */
  caFingerprint: string | null
}

export function makeAdvert({ names, port, version, claimed, caFingerprint }: Facts): Advert {
  const fingerprint = caFingerprint?.replaceAll(':', '').toLowerCase().slice(0, 16)
  return {
    host: names.host,
    name: names.name,
    port,
    txt: {
      txtvers: '1',
      id: names.id,
      v: version,
      claim: claimed ? 'done' : 'open',
      ...(fingerprint === undefined ? {} : { fp: fingerprint }),
    },
  }
}

/** `hob-ab12` → `hob-ab12-2` → `hob-ab12-3`; shortened where 63 bytes would be passed. `base` is the chosen label. */
export const alternativeHost = (base: string, attempt: number): string =>
  `${base.slice(0, 63 - `-${attempt}`.length)}-${attempt}`

/** `Kitchen` → `Kitchen #2`, which is avahi's rule, within 63 bytes of UTF-8. `base` is the chosen name. */
export function alternativeName(base: string, attempt: number): string {
  const suffix = ` #${attempt}`
  const characters = Array.from(new Intl.Segmenter().segment(base), ({ segment }) => segment)
  while (Buffer.byteLength(characters.join('')) + suffix.length > 63) characters.pop()
  return `${characters.join('')}${suffix}`
}

/** Whether an update of the TXT records is enough. The same advert again is no difference: it is published anew. */
export const differsInTextAlone = (a: Advert, b: Advert): boolean =>
  a.host === b.host &&
  a.name === b.name &&
  a.port === b.port &&
  JSON.stringify(a.txt) !== JSON.stringify(b.txt)
