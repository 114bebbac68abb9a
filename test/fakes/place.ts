// The fake box's place on the network: its names and its certificate, by the contract, from memory.
import {
  type BoxNames,
  type OwnCertificate,
  ownCertificateSchema,
  renameBoxSchema,
  type ServedCertificate,
} from '#appliance/contracts/network.ts'
import { HobError } from '#appliance/errors.ts'

export interface FakePlace {
  names: BoxNames
  certificate: ServedCertificate
  /** What the network makes of a label that was chosen, with `.local`. */
  hostOf: (label: string) => string
  addressOf: (host: string) => string
  /** Every pair that was sent. */
  readonly pairs: OwnCertificate[]
  answer(what: string, body: unknown): BoxNames | ServedCertificate
}

const dayMs = 86_400_000
const fingerprint = Array.from({ length: 32 }, (_, i) => (i * 7 + 16).toString(16).toUpperCase()).join(':')

const own = (): ServedCertificate => ({
  source: 'box',
  names: ['localhost', 'hob-1a2b.local', 'hob-1a2b.lan', 'hob-1a2b.home.arpa', 'hob-1a2b.internal'],
  addresses: ['192.168.1.20', 'fd12:3456:789a::20', '127.0.0.1', '::1'],
  issuer: 'Hob The quiet box 3f7a',
  notBefore: new Date(Date.now() - dayMs).toISOString(),
  notAfter: new Date(Date.now() + 396.5 * dayMs).toISOString(),
  fingerprint: fingerprint.replace('10', 'AA'),
  caFingerprint: fingerprint,
})

export function createFakePlace(
  renamed: (event: { name: string; host: string; was: string }) => void,
): FakePlace {
  const place: FakePlace = {
    names: {
      id: '1a2b000000000000',
      name: 'The quiet box',
      label: 'hob-1a2b',
      host: 'hob-1a2b.local',
      addresses: ['https://hob-1a2b.local:4620', 'https://192.168.1.20:4620'],
    },
    certificate: own(),
    hostOf: (label) => `${label}.local`,
    addressOf: (host) => `https://${host}:4620`,
    pairs: [],
    answer: (what, body) => {
      switch (what) {
        case 'PATCH name': {
          const { name = place.names.name, label = place.names.label } = renameBoxSchema.parse(body)
          if (!/^[a-z0-9-]+$/.test(label)) {
            const detail = 'A host name has letters a to z, digits and hyphens only.'
            throw new HobError('name_invalid', { detail }, { param: 'label' })
          }
          const was = place.names.host
          const host = label === place.names.label ? was : place.hostOf(label)
          const [, ...others] = place.names.addresses
          place.names = { ...place.names, name, label, host, addresses: [place.addressOf(host), ...others] }
          renamed({ name, host, was })
          return place.names
        }
        case 'GET name':
          return place.names
        case 'PUT certificate': {
          const pair = ownCertificateSchema.parse(body)
          place.pairs.push(pair)
          if (!pair.chain.includes('BEGIN CERTIFICATE'))
            throw new HobError('certificate_invalid', { detail: 'the certificate is not in PEM.' })
          place.certificate = {
            ...own(),
            source: 'owner',
            names: ['hob-1a2b.lan'],
            addresses: [],
            issuer: 'Home CA',
            notAfter: new Date(Date.now() + 12.5 * dayMs).toISOString(),
          }
          return place.certificate
        }
        case 'DELETE certificate':
          place.certificate = own()
          return place.certificate
        default:
          return place.certificate
      }
    },
  }
  return place
}
