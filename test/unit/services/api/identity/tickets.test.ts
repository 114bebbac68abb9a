// Tickets for one WebSocket: whose they are, for how long, and what is none.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createTickets } from '#services/api/identity/tickets.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'
import { openBox, seconds, signedIn } from './box.ts'

const from = { address: '10.0.0.1', agent: null }
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const read = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString())

function bench(boxId = 'box-1') {
  const clock = createManualClock()
  return { clock, tickets: createTickets({ boxId, now: () => clock.now() }) }
}
const holder = { kind: 'session', id: 'session-1' } as const

describe('a ticket', () => {
  test('is its holder’s, once', async () => {
    const { tickets } = bench()
    const { ticket } = await tickets.issue(holder)
    expect(await tickets.redeem(ticket)).toEqual(holder)
    expect(await tickets.redeem(ticket)).toBeNull()
  })

  test('used twice at the same moment opens one', async () => {
    const { tickets } = bench()
    const { ticket } = await tickets.issue(holder)
    const both = await Promise.all([tickets.redeem(ticket), tickets.redeem(ticket)])
    expect(both.filter((one) => one !== null)).toHaveLength(1)
  })

  test('lasts for 30 s, and stays used for as long', async () => {
    const { clock, tickets } = bench()
    const early = (await tickets.issue(holder)).ticket
    const used = (await tickets.issue(holder)).ticket
    const late = await tickets.issue(holder)
    expect(late.expiresAt.getTime() - clock.now().getTime()).toBe(30 * seconds)
    await tickets.redeem(used)
    clock.advance(29 * seconds)
    expect(await tickets.redeem(early)).toEqual(holder)
    expect(await tickets.redeem(used)).toBeNull()
    clock.advance(seconds)
    expect(await tickets.redeem(late.ticket)).toBeNull()
    for (let n = 0; n < 5; n++) {
      clock.advance(seconds)
      expect(await tickets.redeem(used)).toBeNull()
    }
  })

  test('of another box, or of an earlier start of this one, is none', async () => {
    const { ticket } = await bench('box-2').tickets.issue(holder)
    expect(await bench('box-1').tickets.redeem(ticket)).toBeNull()
    const earlier = await bench('box-1').tickets.issue(holder)
    expect(await bench('box-1').tickets.redeem(earlier.ticket)).toBeNull()
  })

  test('names no secret', async () => {
    const { ticket } = await bench().tickets.issue(holder)
    const [header, payload] = ticket.split('.')
    expect(read(header)).toEqual({ alg: 'HS256', typ: 'hob-ticket' })
    expect(Object.keys(read(payload)).sort()).toEqual(['aud', 'exp', 'holder', 'jti'])
  })
})

describe('what is no ticket', () => {
  test('without a signature, with another algorithm, another key, or anything changed', async () => {
    const { tickets } = bench()
    const { ticket } = await tickets.issue(holder)
    const [header = '', payload = '', signature = ''] = ticket.split('.')
    const asOwner = base64({ ...read(payload), holder: { kind: 'socket' } })
    const { privateKey } = generateKeyPairSync('ed25519')
    const by = (alg: string, make: (text: string) => Buffer): string => {
      const text = `${base64({ alg, typ: 'hob-ticket' })}.${payload}`
      return `${text}.${make(text).toString('base64url')}`
    }
    const forged = {
      'alg none': `${base64({ alg: 'none', typ: 'hob-ticket' })}.${payload}.`,
      'alg None': `${base64({ alg: 'None' })}.${payload}.${signature}`,
      'no header': `.${payload}.${signature}`,
      'another payload': `${header}.${asOwner}.${signature}`,
      'another signature': `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      'no signature': `${header}.${payload}.`,
      'an empty key': by('HS256', (text) => createHmac('sha256', '').update(text).digest()),
      'another key': by('HS256', (text) => createHmac('sha256', Buffer.alloc(32)).update(text).digest()),
      HS512: by('HS512', (text) => createHmac('sha512', Buffer.alloc(32)).update(text).digest()),
      EdDSA: by('EdDSA', (text) => sign(null, Buffer.from(text), privateKey)),
      'another type': `${base64({ alg: 'HS256', typ: 'JWT' })}.${payload}.${signature}`,
      nothing: '',
      'two dots': '..',
      'too long': 'x'.repeat(100_000),
    }
    for (const [name, text] of Object.entries(forged)) expect(await tickets.redeem(text), name).toBeNull()
    expect(await tickets.redeem(ticket)).toEqual(holder)
  })
})

describe('on the box', () => {
  test('a session’s ticket is that person, never fresh, and ends with the session', async () => {
    const box = openBox()
    const phone = await box.owner()
    const take = async () => (await phone.call('POST', '/ticket')).json.ticket
    const caller = await box.parts.identity.byTicket(await take(), from)
    expect(caller).toMatchObject({
      by: 'ticket',
      name: 'Vesta',
      fresh: false,
      principal: { user: 'local-owner', scopes: ['*'], origin: 'page' },
    })
    const late = await take()
    await phone.call('DELETE', '/session')
    expect(box.ended.map(({ id }) => id)).toEqual([caller?.id])
    expect(await box.parts.identity.byTicket(late, from)).toBeNull()
  })

  test('a token’s ticket has the token’s scopes and ends with it', async () => {
    const box = openBox()
    const phone = await signedIn(await box.owner(), 'Vesta')
    const made = (await phone.call('POST', '/tokens', { name: 'x', scopes: ['live'] })).json
    const program = box.visitor({ token: made.token })
    const take = async () => (await program.call('POST', '/ticket')).json.ticket
    const [one, two] = [await take(), await take()]
    expect(await box.parts.identity.byTicket(one, from)).toMatchObject({
      id: made.id,
      principal: { scopes: ['live'], origin: 'api' },
    })
    await phone.call('DELETE', `/tokens/${made.id}`)
    expect(await box.parts.identity.byTicket(two, from)).toBeNull()
  })

  test('the socket’s ticket is whoever may open the socket', async () => {
    const box = openBox()
    await box.owner()
    const { ticket } = (await box.visitor({ socket: true }).call('POST', '/ticket')).json
    expect(await box.parts.identity.byTicket(ticket, from)).toMatchObject({
      by: 'ticket',
      id: null,
      fresh: false,
      principal: { user: 'local-owner' },
    })
  })
})
