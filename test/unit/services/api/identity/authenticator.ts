// A passkey device in software: a real P-256 key, with what it says encoded by hand (WebAuthn Level 3 §6.1 and §6.5,
// RFC 8949, RFC 9052). Each part can be made wrong.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export interface Said {
  origin: string
  rpId: string
  challenge: string
  counter?: number
  /** The person was looked at; the box asks for it. */
  verified?: boolean
  type?: string
  userHandle?: string
  /** The signature is another's. */
  forged?: boolean
  attestation?: Buffer
}

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest()
const base64 = (data: string | Buffer): string => Buffer.from(data).toString('base64url')

const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])
const bytes = (value: Buffer): Buffer => {
  const head = Buffer.from([0x59, 0, 0])
  head.writeUInt16BE(value.length, 1)
  return Buffer.concat([head, value])
}

/** `fmt` with a statement: none is an empty map. */
export const attestationObject = (
  authData: Buffer,
  format = 'none',
  statement = Buffer.from([0xa0]),
): Buffer =>
  Buffer.concat([
    Buffer.from([0xa3]),
    text('fmt'),
    text(format),
    text('attStmt'),
    statement,
    text('authData'),
    bytes(authData),
  ])

export function createAuthenticator() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(16)
  const point = (value: string): Buffer =>
    Buffer.concat([Buffer.from([0x58, 0x20]), Buffer.from(value, 'base64url')])
  // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
  const coseKey = Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    point(x),
    Buffer.from([0x22]),
    point(y),
  ])

  const authData = ({ rpId, counter = 0, verified = true }: Said, made: boolean): Buffer => {
    const rest = Buffer.alloc(5)
    rest[0] = 0x01 | (verified ? 0x04 : 0) | (made ? 0x40 : 0)
    rest.writeUInt32BE(counter, 1)
    const length = Buffer.from([0, id.length])
    const credential = made ? [Buffer.alloc(16), length, id, coseKey] : []
    return Buffer.concat([sha256(rpId), rest, ...credential])
  }
  const clientData = ({ challenge, origin, type }: Said, usual: string): string =>
    JSON.stringify({ type: type ?? usual, challenge, origin, crossOrigin: false })

  return {
    id: base64(id),
    authData: (said: Said) => authData(said, true),
    make: (said: Said) => ({
      id: base64(id),
      rawId: base64(id),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64(clientData(said, 'webauthn.create')),
        attestationObject: base64(said.attestation ?? attestationObject(authData(said, true))),
        transports: ['internal'],
      },
    }),
    use: (said: Said) => {
      const data = authData(said, false)
      const client = clientData(said, 'webauthn.get')
      const signature = sign(
        'sha256',
        Buffer.concat([data, sha256(client)]),
        said.forged === true ? other : privateKey,
      )
      return {
        id: base64(id),
        rawId: base64(id),
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: base64(client),
          authenticatorData: base64(data),
          signature: base64(signature),
          ...(said.userHandle === undefined ? {} : { userHandle: base64(said.userHandle) }),
        },
      }
    },
  }
}
export type Authenticator = ReturnType<typeof createAuthenticator>
