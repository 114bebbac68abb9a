// Passkeys: made and checked by @simplewebauthn/server, whose one door this is. A passkey belongs to the box's name under
// which it was made; under an address there are none. Owns the table `passkeys`. Part of open.ts's identity.
import { randomUUID } from 'node:crypto'
import { isIP } from 'node:net'
import { z } from 'zod'
import type { Passkey } from '#appliance/contracts/identity.ts'
import { HobError } from '#appliance/errors.ts'
import type { Store } from '#appliance/store/open.ts'
import { type Challenge, createChallenges } from './challenges.ts'
import type { Account } from './people.ts'

/** Where the page of a ceremony is: `host` as the Host header says it. */
export interface Place {
  host: string
  secure: boolean
  address: string | null
}
interface Ceremony {
  id: string
  options: Record<string, unknown>
}

export interface Passkeys {
  /** Throws passkey_needs_name, as does signInOptions, and limit_reached. */
  makeOptions(person: Account, place: Place): Promise<Ceremony>
  /** Throws passkey_failed, whatever is wrong. */
  add(user: string, answer: { id: string; name: string; response: unknown }): Promise<Passkey>
  signInOptions(place: Place): Promise<Ceremony>
  /** The person's id. Throws passkey_failed, whatever is wrong. */
  signIn(answer: { id: string; response: unknown }): Promise<string>
  /** For somebody who is signed in: the challenge is theirs, and only their passkeys may answer it. */
  confirmOptions(user: string, place: Place): Promise<Ceremony>
  /** Throws passkey_failed, whatever is wrong. */
  confirm(user: string, answer: { id: string; response: unknown }): Promise<void>
  list(user: string): Passkey[]
  /** Throws passkey_not_found. */
  remove(user: string, id: string): void
}

interface PasskeyRow {
  user_id: string
  id: string
  credential: string
  public_key: Buffer
  counter: number
  transports: string
  name: string
  created_ms: number
  used_ms: number | null
}

const mostOfOne = 20
/** EdDSA, ES256, RS256: what today's devices make. */
const algorithms = [-8, -7, -257]
const text = z.string().max(20_000)
const transportsSchema = z.array(z.string().max(40)).max(10)
const credential = { id: text, rawId: text, type: z.literal('public-key') }
const madeSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: text,
    attestationObject: text,
    transports: transportsSchema.optional(),
  }),
})
const usedSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: text,
    authenticatorData: text,
    signature: text,
    userHandle: text.nullish(),
  }),
})

// 27 MB and a third of a second, for the first passkey only
const library = () => import('@simplewebauthn/server')
const helpers = () => import('@simplewebauthn/server/helpers')

interface Uses {
  store: Store
  now: () => Date
  /** The names of the box, without ports. */
  hosts: () => readonly string[]
  boxName: () => string
}

export function createPasskeys({ store, now, hosts, boxName }: Uses): Passkeys {
  const challenges = createChallenges({ now })
  const ofUser = store.prepare<[string], PasskeyRow>(
    'SELECT * FROM passkeys WHERE user_id = ? ORDER BY created_ms, id',
  )
  const byCredential = store.prepare<[string], PasskeyRow>('SELECT * FROM passkeys WHERE credential = ?')
  const insert = store.prepare<[string, string, string, Buffer, number, string, string, string, number]>(
    `INSERT INTO passkeys (user_id, id, credential, public_key, counter, transports, host, name, created_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const count = store.prepare<[number, number, string, number]>(
    'UPDATE passkeys SET counter = ?, used_ms = ? WHERE id = ? AND counter = ?',
  )
  const erase = store.prepare<[string, string]>('DELETE FROM passkeys WHERE user_id = ? AND id = ?')

  const begin = (place: Place): Omit<Challenge, 'challenge' | 'user'> => {
    const host = place.host.toLowerCase().replace(/:\d+$/, '')
    const allowed = hosts().filter((name) => isIP(name.replaceAll(/[[\]]/g, '')) === 0)
    if (!allowed.includes(host))
      throw new HobError('passkey_needs_name', { host: host.slice(0, 200), allowed: allowed.join(', ') })
    return { host, origin: `${place.secure ? 'https' : 'http'}://${place.host.toLowerCase()}` }
  }
  const take = (id: string, user: string | null): Challenge => {
    const challenge = challenges.take(id)
    if (challenge === null || challenge.user !== user) throw new HobError('passkey_failed')
    return challenge
  }

  /** Of nobody (null), any passkey answers, and none is named: who has one is nobody's business. */
  const useOptions = async (user: string | null, place: Place): Promise<Ceremony> => {
    const where = begin(place)
    const { generateAuthenticationOptions } = await library()
    const own = user === null ? [] : ofUser.all(user)
    const options = await generateAuthenticationOptions({
      rpID: where.host,
      userVerification: 'required',
      allowCredentials: own.map((row) => ({ id: row.credential, transports: transportsOf(row) })),
    })
    const id = challenges.keep({ ...where, challenge: options.challenge, user }, place.address)
    return { id, options: { ...options } }
  }
  const use = async (
    user: string | null,
    { id: ceremony, response }: { id: string; response: unknown },
  ): Promise<string> => {
    const challenge = take(ceremony, user)
    const used = usedSchema.safeParse(response)
    const row = used.success ? byCredential.get(used.data.id) : undefined
    if (!used.success || row === undefined || (user !== null && row.user_id !== user))
      throw new HobError('passkey_failed')
    const counter = await orFailed(() => verifyUsed(used.data, row, challenge))
    // whoever was checked against the same counter first, wins
    if (count.run(counter, now().getTime(), row.id, row.counter).changes === 0)
      throw new HobError('passkey_failed')
    return row.user_id
  }

  return {
    makeOptions: async (person, place) => {
      const where = begin(place)
      const own = ofUser.all(person.id)
      if (own.length >= mostOfOne) throw new HobError('limit_reached', { limit: mostOfOne })
      const { generateRegistrationOptions } = await library()
      const options = await generateRegistrationOptions({
        rpName: boxName(),
        rpID: where.host,
        userName: person.name,
        userDisplayName: person.name,
        userID: new TextEncoder().encode(person.id),
        attestationType: 'none',
        excludeCredentials: own.map((row) => ({ id: row.credential, transports: transportsOf(row) })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        supportedAlgorithmIDs: algorithms,
      })
      const id = challenges.keep({ ...where, challenge: options.challenge, user: person.id }, place.address)
      return { id, options: { ...options } }
    },
    add: async (user, { id: ceremony, name, response }) => {
      const challenge = take(ceremony, user)
      const made = await orFailed(() => verifyMade(response, challenge))
      if (byCredential.get(made.credential) !== undefined) throw new HobError('passkey_failed')
      if (ofUser.all(user).length >= mostOfOne) throw new HobError('limit_reached', { limit: mostOfOne })
      const id = randomUUID()
      const { credential: key, publicKey, counter, transports } = made
      const list = JSON.stringify(transports)
      insert.run(user, id, key, publicKey, counter, list, challenge.host, name, now().getTime())
      return { id, name, createdAt: now().toISOString(), lastUsedAt: null }
    },
    signInOptions: (place) => useOptions(null, place),
    signIn: (answer) => use(null, answer),
    confirmOptions: useOptions,
    confirm: async (user, answer) => void (await use(user, answer)),
    list: (user) => ofUser.all(user).map(toPasskey),
    remove: (user, id) => {
      if (erase.run(user, id).changes === 0) throw new HobError('passkey_not_found')
    },
  }
}

const transportsOf = (row: PasskeyRow): string[] => transportsSchema.parse(JSON.parse(row.transports))

const toPasskey = (row: PasskeyRow): Passkey => ({
  id: row.id,
  name: row.name,
  createdAt: new Date(row.created_ms).toISOString(),
  lastUsedAt: row.used_ms === null ? null : new Date(row.used_ms).toISOString(),
})

/** The library throws plain errors about what devices send; which check failed is nothing for the sender. */
async function orFailed<Result>(work: () => Promise<Result | null>): Promise<Result> {
  const result = await work().catch((cause: unknown) => {
    throw new HobError('passkey_failed', {}, { cause })
  })
  if (result === null) throw new HobError('passkey_failed')
  return result
}

async function verifyMade(response: unknown, { challenge, host, origin }: Challenge) {
  const made = madeSchema.parse(response)
  const { decodeAttestationObject, isoBase64URL } = await helpers()
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(made.response.attestationObject))
  // none was asked for, and checking a maker's certificates could call the maker
  const format = attestation.get('fmt')
  const signsItself = format === 'packed' && attestation.get('attStmt').get('x5c') === undefined
  if (format !== 'none' && !signsItself) return null
  const { verifyRegistrationResponse } = await library()
  const { clientDataJSON, attestationObject, transports = [] } = made.response
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: { ...made, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: host,
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
  })
  if (!verified) return null
  const { id, publicKey, counter } = registrationInfo.credential
  return { credential: id, publicKey: Buffer.from(publicKey), counter, transports }
}

/** The new counter. */
async function verifyUsed(
  used: z.infer<typeof usedSchema>,
  row: PasskeyRow,
  { challenge, host, origin }: Challenge,
) {
  const { userHandle, ...response } = used.response
  const handle = Buffer.from(row.user_id).toString('base64url')
  if (typeof userHandle === 'string' && userHandle !== handle) return null
  const { verifyAuthenticationResponse } = await library()
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...used, response, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: host,
    credential: { id: row.credential, publicKey: new Uint8Array(row.public_key), counter: row.counter },
    requireUserVerification: true,
  })
  return verified ? authenticationInfo.newCounter : null
}
