// `hob claim`, `hob people` and `hob token`, against the real routes, as through the box's socket.
import { describe, expect, test } from 'vitest'
import { claim } from '#appliance/cli/claim.ts'
import type { Command } from '#appliance/cli/command.ts'
import { afterSpan } from '#appliance/cli/flags.ts'
import { people } from '#appliance/cli/people.ts'
import { token } from '#appliance/cli/token.ts'
import { loadConfig } from '#appliance/config/load.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { type Client, parseError } from '#appliance/ipc/client.ts'
import { folder, openBox, password, type TestBox } from '#test/unit/services/api/identity/box.ts'

/** The client of a running box, with the box in this process. */
function clientOf(box: TestBox): Client {
  const socket = box.visitor({ socket: true })
  return {
    call: async (route, input) => {
      const given: { params?: unknown; json?: unknown } = input
      const params = new Map(Object.entries(given.params ?? {}))
      const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(params.get(name)))
      const { status, json } = await socket.call(
        route.method.toUpperCase(),
        path.slice('/hob/v1'.length),
        given.json,
      )
      if (status >= 400) throw parseError(JSON.stringify(json), status, 'api')
      return json
    },
    open: () => Promise.reject(new TypeError('not here')),
    close: () => undefined,
  }
}

async function hob(
  box: TestBox,
  command: Command,
  args: string[],
  { json = false, piped = '', typed = null }: { json?: boolean; piped?: string; typed?: string | null } = {},
): Promise<string> {
  let out = ''
  await command.run({
    args,
    json,
    config: loadConfig({ HOB_DATA_DIR: folder() }),
    terminal: {
      write: (text) => void (out += `${text}\n`),
      progress: () => undefined,
      piped: async () => piped,
      ask: async () => typed,
    },
    box: { client: clientOf(box), caller: { principal: localOwner('socket') } },
  })
  return out
}

const claimed = async (): Promise<TestBox> => {
  const box = openBox()
  await box.owner()
  return box
}

describe('hob claim', () => {
  test('shows the code, the addresses and a QR of the first', async () => {
    const box = openBox()
    const out = await hob(box, claim, ['--code'])
    const code = box.parts.claim.code() ?? '-'
    expect(out).toContain(`Claim code: ${code}`)
    expect(out).toContain(`https://hob-ab12.local/claim#${code}`)
    expect(out.split('\n').filter((line) => /[█▀▄]{4}/.test(line)).length).toBeGreaterThan(12)
    expect(JSON.parse(await hob(box, claim, ['--code'], { json: true })).code).toBe(code)
  })

  test('makes the owner of who pipes a password in, and prints the recovery codes', async () => {
    const box = openBox()
    const out = await hob(box, claim, ['--name', 'Vesta', '--password-stdin', '--box-name', 'Attic'], {
      piped: password,
    })
    expect(out).toMatch(/Vesta owns this box now/)
    expect(out.match(/^ {2}\w{5}-\w{5}-\w{5}$/gm)).toHaveLength(10)
    expect(out).not.toContain(password)
    expect(box.renamed).toEqual(['Attic'])
    await expect(
      hob(box, claim, ['--name', 'Mars', '--password-stdin'], { piped: password }),
    ).rejects.toMatchObject({ code: 'already_claimed' })
  })

  test.each([[[]], [['--name', 'Vesta']], [['--password-stdin']], [['--name', 'Vesta', '--password', 'x']]])(
    'does not do it with %j',
    async (args) => {
      await expect(hob(openBox(), claim, args)).rejects.toMatchObject({ code: 'usage' })
    },
  )
})

describe('hob token', () => {
  test('creates one that works, lists it without its secret, and removes it', async () => {
    const box = await claimed()
    const secret = (
      await hob(box, token, ['create', '--name', 'lamp', '--scopes', 'chat, status', '--expires', '90d'])
    ).trim()
    const found = box.parts.identity.byToken(secret, { address: null, agent: null })
    expect(found?.principal.scopes).toEqual(['chat', 'status'])
    const list = await hob(box, token, ['list'])
    expect(list).toContain('lamp')
    expect(list).not.toContain(secret)
    await hob(box, token, ['remove', found?.id ?? ''])
    expect(box.parts.identity.byToken(secret, { address: null, agent: null })).toBeNull()
  })

  test('prints everything as data with --json', async () => {
    const made = JSON.parse(
      await hob(await claimed(), token, ['create', '--name', 'x', '--scopes', 'chat'], { json: true }),
    )
    expect(made).toMatchObject({
      name: 'x',
      scopes: ['chat'],
      expiresAt: null,
      token: expect.stringMatching(/^hob_/),
    })
  })

  test.each([
    [['create', '--name', 'x', '--scopes', 'people']],
    [['create', '--name', 'x']],
    [['create', '--name', 'x', '--scopes', 'chat', '--expires', 'soon']],
    [['remove']],
    [['sell']],
  ])('does not do %j', async (args) => {
    await expect(hob(await claimed(), token, args)).rejects.toMatchObject({ code: 'usage' })
  })

  test.each([
    ['12h', '2026-11-21T12:00:00.000Z'],
    ['90d', '2027-02-19T00:00:00.000Z'],
    ['2w', '2026-12-05T00:00:00.000Z'],
  ])('%s is a span', (span, end) => expect(afterSpan(span, new Date('2026-11-21T00:00:00Z'))).toBe(end))
})

describe('hob people', () => {
  test('lists them, invites, and makes a code for who lost the password', async () => {
    const box = await claimed()
    const code = /: (\w{5}-\w{5})$/m.exec(await hob(box, people, ['invite', '--role', 'adult']))?.[1]
    await box.visitor().call('POST', '/invitations/accept', { code, name: 'Juno M', password })
    expect(await hob(box, people, [])).toMatch(/Vesta +owner[\s\S]*Juno M +adult/)
    const reset = /code (\w{5}-\w{5}),/.exec(await hob(box, people, ['reset', 'juno', 'm']))?.[1]
    const recovered = { name: 'Juno M', code: reset, password: 'seven slow tortoises' }
    expect((await box.visitor().call('POST', '/recovery', recovered)).status).toBe(201)
  })

  test('removes somebody after asking for the name, or with --yes', async () => {
    const box = await claimed()
    const owner = await box.owner()
    for (const name of ['Juno', 'Iris']) await box.person(owner, name, 'adult')
    expect(await hob(box, people, ['remove', 'Juno'], { typed: 'no' })).toContain('Nothing was removed')
    await expect(hob(box, people, ['remove', 'Juno'])).rejects.toMatchObject({ code: 'usage' })
    expect(box.removed).toEqual([])
    expect(await hob(box, people, ['remove', 'Juno'], { typed: 'Juno' })).toContain('Juno is gone')
    await hob(box, people, ['remove', 'iris', '--yes'])
    expect(box.removed).toHaveLength(2)
    await expect(hob(box, people, ['remove', 'vesta', '--yes'])).rejects.toMatchObject({ code: 'last_owner' })
    await expect(hob(box, people, ['remove', 'nobody', '--yes'])).rejects.toMatchObject({
      code: 'person_not_found',
    })
  })
})
