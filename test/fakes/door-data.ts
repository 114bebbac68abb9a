// A household for the page's tests: its people, devices, tokens and record.
import type { AuditEntry } from '#appliance/contracts/audit.ts'
import type { Person, Session, Token } from '#appliance/contracts/identity.ts'

export const recoveryCodes = [
  '4F7KQ-ZX90A-11MPR',
  '8W2DV-QK31T-92HSB',
  'J0N5X-77RGE-40CYP',
  'M3Q9Z-V6T2K-85WDA',
  'B1X8H-0PENR-36FJC',
  'T7G4S-M29QW-K0ZYV',
  'R5C0E-HX3B8-N71DM',
  'Y9K2P-D4WJ6-Q8TFZ',
  'E6V1N-SB5R0-G37XH',
  'Z2H8T-C9MP4-W1KQJ',
]

const person = (facts: Pick<Person, 'id' | 'name' | 'role'> & Partial<Person>): Person => ({
  expiresAt: null,
  createdAt: '2026-11-02T09:00:00.000Z',
  lastSeenAt: '2026-11-20T18:31:00.000Z',
  passkeys: 0,
  ...facts,
})

export const fakePeople = (): Person[] => [
  person({ id: 'p-anna', name: 'Anna', role: 'owner', passkeys: 1 }),
  person({ id: 'p-ben', name: 'Ben', role: 'adult' }),
  person({ id: 'p-mia', name: '美雅', role: 'child' }),
  person({
    id: 'p-tom',
    name: 'Tom',
    role: 'guest',
    expiresAt: '2027-01-06T22:59:59.000Z',
    lastSeenAt: null,
  }),
]

export const fakeSessions = (): Session[] => {
  const base = { createdAt: '2026-11-02T09:00:00.000Z', expiresAt: '2027-02-02T09:00:00.000Z' }
  return [
    {
      ...base,
      id: 's-1',
      device: 'Safari on iPhone',
      address: '192.168.1.23',
      lastSeenAt: '2026-11-20T18:31:00.000Z',
      current: true,
    },
    {
      ...base,
      id: 's-2',
      device: 'Firefox on Linux',
      address: '192.168.1.40',
      lastSeenAt: '2026-11-18T07:05:00.000Z',
      current: false,
    },
  ]
}

export const fakeTokens = (): Token[] => [
  {
    id: 't-editor',
    name: 'Editor on the laptop',
    prefix: 'hob_a81K',
    scopes: ['chat', 'models:read'],
    person: { id: 'p-anna', name: 'Anna' },
    createdAt: '2026-11-05T09:00:00.000Z',
    expiresAt: '2027-02-03T22:59:59.000Z',
    lastUsedAt: '2026-11-20T16:12:00.000Z',
  },
]

const whoAnna = { person: 'p-anna', name: 'Anna', by: 'session', id: 's-1' } as const
const whoBen = { person: 'p-ben', name: 'Ben', by: 'session', id: 's-9' } as const
const nobody = { person: null, name: null, by: 'nobody', id: null } as const

type EntryFacts = Pick<AuditEntry, 'who' | 'action'> & Partial<AuditEntry>

export const auditEntries = (): AuditEntry[] => {
  const facts: EntryFacts[] = [
    {
      who: whoAnna,
      action: 'token.made',
      target: 't-editor',
      details: { name: 'Editor on the laptop', scopes: 'chat, models:read' },
    },
    { who: whoBen, action: 'model.removed', outcome: 'refused', code: 'not_allowed', target: 'qwen3-8b' },
    { who: whoAnna, action: 'person.added', target: 'p-tom', details: { name: 'Tom', role: 'guest' } },
    { who: whoAnna, action: 'invitation.made', details: { role: 'guest' } },
    {
      who: nobody,
      action: 'session.refused',
      outcome: 'refused',
      code: 'sign_in_failed',
      target: 'p-ben',
      from: { address: '192.168.1.77', agent: 'curl/8.14' },
    },
    { who: whoBen, action: 'session.signed_in' },
    {
      who: { ...whoAnna, by: 'token', id: 't-editor' },
      action: 'request.refused',
      outcome: 'refused',
      code: 'scope_not_allowed',
      target: 'DELETE /hob/v1/models',
    },
    { who: whoAnna, action: 'password.changed' },
    { who: whoAnna, action: 'box.renamed', target: 'The quiet box' },
    { who: whoAnna, action: 'claim.done' },
    { who: nobody, action: 'claim.refused', outcome: 'refused', code: 'claim_code_wrong' },
    { who: { ...nobody, by: 'service' }, action: 'box.started' },
  ]
  return facts.map((entry, index) => ({
    seq: facts.length - index,
    at: new Date(Date.now() - index * 7_400_000).toISOString(),
    outcome: 'done',
    code: null,
    from: { address: '192.168.1.23', agent: 'Safari on iPhone' },
    target: null,
    details: {},
    hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    ...entry,
  }))
}
