// The claim of a new box: with the code, once, and not by guessing.
import { describe, expect, test } from 'vitest'
import { hours, openBox, password, refusal, seconds, signedIn } from './box.ts'

const account = { name: 'Vesta', password }
const codeOf = (box: ReturnType<typeof openBox>): string => box.parts.claim.code() ?? ''

describe('the code', () => {
  test('makes whoever has it the owner, signed in and with ten recovery codes', async () => {
    const box = openBox()
    const phone = box.visitor()
    const { status, json } = await phone.call('POST', '/claim', { ...account, code: codeOf(box) })
    expect(status).toBe(201)
    expect(json.person).toMatchObject({ name: 'Vesta', role: 'owner', expiresAt: null })
    expect(new Set(json.recoveryCodes).size).toBe(10)
    expect((await phone.call('GET', '/door')).json).toMatchObject({
      claimed: true,
      claim: null,
      person: { name: 'Vesta' },
    })
    expect(box.parts.claim.code()).toBeNull()
  })

  test('may be typed with dashes, spaces, small letters, and letters that look like digits', async () => {
    const box = openBox()
    const typed = codeOf(box).toLowerCase().replace('0', 'o').replace('1', 'l').replaceAll('-', ' – ')
    expect((await box.visitor().call('POST', '/claim', { ...account, code: ` ${typed}` })).status).toBe(201)
  })

  test('is another at each start', () => {
    expect(codeOf(openBox())).not.toBe(codeOf(openBox()))
  })

  test('gives the owner the id under which everything was made before', async () => {
    const box = openBox()
    const { json } = await box.visitor().call('POST', '/claim', { ...account, code: codeOf(box) })
    expect(json.person.id).toBe('local-owner')
  })

  test('gives the box its name', async () => {
    const box = openBox()
    await box.visitor().call('POST', '/claim', { ...account, boxName: 'Attic', code: codeOf(box) })
    expect(box.renamed).toEqual(['Attic'])
  })

  test('is not used up by a name that the box cannot take: nothing is claimed, and the next try may', async () => {
    const box = openBox()
    const phone = box.visitor()
    const named = (boxName: string) =>
      phone.call('POST', '/claim', { ...account, boxName, code: codeOf(box) })
    expect(refusal(await named('no name'))).toEqual([400, 'name_invalid'])
    expect(box.parts.identity.claimed()).toBe(false)
    expect(box.notes).toMatchObject([{ action: 'claim.refused', code: 'name_invalid' }])
    const claimed = await named('Attic')
    expect(claimed.status).toBe(201)
    expect(claimed.json.recoveryCodes).toHaveLength(10)
  })

  test('is told on the box’s own socket, with the addresses that carry it behind the #, and nowhere else', async () => {
    const box = openBox()
    const code = codeOf(box)
    const { json } = await box.visitor({ socket: true }).call('GET', '/claim/code')
    expect(json).toEqual({
      code,
      urls: [`https://hob-ab12.local/claim#${code}`, `https://192.168.1.9/claim#${code}`],
    })
    expect(refusal(await box.visitor().call('GET', '/claim/code'))).toEqual([403, 'socket_only'])
    expect(box.logged.join('')).not.toContain(code)
  })
})

describe('a wrong code', () => {
  test('is refused with the tries that are left, and each makes the next wait a second longer, ten at most', async () => {
    const box = openBox()
    const phone = box.visitor()
    const wrong = { ...account, code: 'AAAAA-AAAAA' }
    for (const [index, waits] of [1, 2, 3, 4, 5, 6, 7, 8, 9].entries()) {
      const refused = await phone.call('POST', '/claim', wrong)
      expect(refusal(refused)).toEqual([403, 'claim_code_wrong'])
      expect(refused.json.error.message).toContain(`: ${9 - index}.`)
      expect(refused.json.error.values).toEqual({ left: 9 - index })
      box.clock.advance(waits * seconds - 1)
      const early = await phone.call('POST', '/claim', { ...account, code: codeOf(box) })
      expect([...refusal(early), early.headers.get('retry-after')]).toEqual([429, 'too_many_tries', '1'])
      box.clock.advance(1)
    }
    expect((await phone.call('POST', '/claim', { ...account, code: codeOf(box) })).status).toBe(201)
  })

  test('ten times closes the claim, for the right code, too, until a restart; the socket still may', async () => {
    const box = openBox()
    const phone = box.visitor()
    const code = codeOf(box)
    for (let i = 0; i < 10; i++) {
      await phone.call('POST', '/claim', { ...account, code: 'AAAAA-AAAAA' })
      box.clock.advance(10 * seconds)
    }
    box.clock.advance(24 * hours)
    expect(refusal(await phone.call('POST', '/claim', { ...account, code }))).toEqual([403, 'claim_closed'])
    expect((await phone.call('GET', '/door')).json.claim).toBe('closed')
    expect(refusal(await box.visitor({ socket: true }).call('GET', '/claim/code'))).toEqual([
      403,
      'claim_closed',
    ])
    expect(box.logged.join('')).toContain('too many wrong claim codes')
    expect((await box.visitor({ socket: true }).call('POST', '/claim', account)).status).toBe(201)
  })

  test('ten times closes the claim until the box’s own socket asks for another code', async () => {
    const box = openBox()
    const phone = box.visitor()
    const before = codeOf(box)
    for (let i = 0; i < 10; i++) {
      await phone.call('POST', '/claim', { ...account, code: 'AAAAA-AAAAA' })
      box.clock.advance(10 * seconds)
    }
    expect(refusal(await phone.call('POST', '/claim/code'))).toEqual([403, 'socket_only'])
    expect((await phone.call('GET', '/door')).json.claim).toBe('closed')
    expect((await box.visitor({ socket: true }).call('POST', '/claim/code')).status).toBe(204)
    expect(box.notes.at(-1)).toMatchObject({ action: 'claim.renewed', outcome: 'done' })
    const code = codeOf(box)
    expect(code).not.toBe(before)
    expect(box.logged.join('')).not.toContain(code)
    expect(refusal(await phone.call('POST', '/claim', { ...account, code: before }))).toEqual([
      403,
      'claim_code_wrong',
    ])
    box.clock.advance(seconds)
    expect((await phone.call('POST', '/claim', { ...account, code })).status).toBe(201)
    expect(refusal(await box.visitor({ socket: true }).call('POST', '/claim/code'))).toEqual([
      409,
      'already_claimed',
    ])
  })

  test('sent a hundred times at once counts one by one', async () => {
    const box = openBox()
    const phone = box.visitor()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => phone.call('POST', '/claim', { ...account, code: 'AAAAA-AAAAA' })),
    )
    const codes = answers.map((answer) => refusal(answer)[1])
    expect(codes.filter((code) => code === 'claim_code_wrong')).toHaveLength(1)
    expect(codes.filter((code) => code === 'too_many_tries')).toHaveLength(99)
  })

  test('none at all is a wrong one', async () => {
    expect(refusal(await openBox().visitor().call('POST', '/claim', account))).toEqual([
      403,
      'claim_code_wrong',
    ])
  })
})

describe('checking a code first', () => {
  test('costs no try and changes nothing when it is right, however often, and the claim goes on being open', async () => {
    const box = openBox()
    const phone = box.visitor()
    const code = codeOf(box)
    for (let n = 0; n < 12; n++)
      expect((await phone.call('POST', '/claim/check', { code: code.toLowerCase() })).status).toBe(204)
    expect((await phone.call('GET', '/door')).json).toMatchObject({ claimed: false, claim: 'open' })
    expect((await phone.call('POST', '/claim', { ...account, code })).status).toBe(201)
    expect(box.notes.map(({ action }) => action)).toEqual(['claim.done'])
  })

  test('costs the same try as claiming with a wrong one: ten together close the claim', async () => {
    const box = openBox()
    const phone = box.visitor()
    const code = codeOf(box)
    const wrong = { code: 'AAAAA-AAAAA' }
    for (let left = 9; left >= 0; left--) {
      const refused =
        left % 2 === 0
          ? await phone.call('POST', '/claim/check', wrong)
          : await phone.call('POST', '/claim', { ...account, ...wrong })
      expect([...refusal(refused), refused.json.error.values.left]).toEqual([403, 'claim_code_wrong', left])
      if (left > 0)
        expect(refusal(await phone.call('POST', '/claim/check', { code }))).toEqual([429, 'too_many_tries'])
      box.clock.advance(10 * seconds)
      if (left > 0) expect((await phone.call('POST', '/claim/check', { code })).status).toBe(204)
    }
    expect(refusal(await phone.call('POST', '/claim/check', { code }))).toEqual([403, 'claim_closed'])
    expect(box.notes.filter(({ code: why }) => why === 'claim_code_wrong')).toHaveLength(10)
  })

  test('is over once the box has an owner', async () => {
    const box = openBox()
    const code = codeOf(box)
    await box.owner()
    expect(refusal(await box.visitor().call('POST', '/claim/check', { code }))).toEqual([
      409,
      'already_claimed',
    ])
  })
})

describe('one claim', () => {
  test('wins when two with the right code come at once', async () => {
    const box = openBox()
    const code = codeOf(box)
    const both = await Promise.all(
      ['Vesta', 'Mars'].map((name) => box.visitor().call('POST', '/claim', { name, password, code })),
    )
    expect(both.map((answer) => refusal(answer).join(' ')).sort()).toEqual([
      '201 undefined',
      '409 already_claimed',
    ])
    expect(box.parts.people.list()).toHaveLength(1)
  })

  test('is all that there is: neither the right code nor the socket makes a second owner', async () => {
    const box = openBox()
    const code = codeOf(box)
    await box.visitor().call('POST', '/claim', { ...account, code })
    const again = { name: 'Mars', password }
    expect(refusal(await box.visitor().call('POST', '/claim', { ...again, code }))).toEqual([
      409,
      'already_claimed',
    ])
    expect(refusal(await box.visitor({ socket: true }).call('POST', '/claim', again))).toEqual([
      409,
      'already_claimed',
    ])
    expect(refusal(await box.visitor({ socket: true }).call('GET', '/claim/code'))).toEqual([
      409,
      'already_claimed',
    ])
  })

  test('stays undone when the password is one that everybody guesses, and the code stays good', async () => {
    const box = openBox()
    const code = codeOf(box)
    const weak = { name: 'Vesta', password: 'kitchen2026', code }
    expect(refusal(await box.visitor().call('POST', '/claim', weak))).toEqual([400, 'password_weak'])
    expect((await box.visitor().call('POST', '/claim', { ...account, code })).status).toBe(201)
  })

  test('over the socket needs no code and signs nobody in', async () => {
    const box = openBox()
    const socket = box.visitor({ socket: true })
    const claimed = await socket.call('POST', '/claim', account)
    expect([claimed.status, claimed.headers.get('set-cookie')]).toEqual([201, null])
    await signedIn(box.visitor(), 'vesta')
  })

  test('is noted, and so is what was refused, without the codes', async () => {
    const box = openBox()
    const code = codeOf(box)
    await box.visitor().call('POST', '/claim', { ...account, code: 'WRONG-11111' })
    box.clock.advance(seconds)
    const { json } = await box.visitor().call('POST', '/claim', { ...account, code })
    expect(box.notes).toEqual([
      { action: 'claim.refused', outcome: 'refused', code: 'claim_code_wrong' },
      {
        action: 'claim.done',
        outcome: 'done',
        target: 'local-owner',
        who: { person: 'local-owner', name: 'Vesta' },
      },
    ])
    const told = JSON.stringify([box.notes, box.logged])
    for (const secret of [code, 'WRONG', password, ...json.recoveryCodes]) expect(told).not.toContain(secret)
  })
})

test('before the claim the door says only that there is one to make', async () => {
  expect((await openBox().visitor().call('GET', '/door')).json).toEqual({
    claimed: false,
    claim: 'open',
    name: 'Kitchen Hob',
    host: 'hob-ab12.local',
    fingerprint: 'AB:CD',
    plainPort: 4621,
    person: null,
    freshUntil: null,
  })
})
