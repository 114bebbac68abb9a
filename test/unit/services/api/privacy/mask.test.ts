// What a log may tell to whoever helps with it: everything but who lives here, where, and what opens their doors.
import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { newCode } from '#services/api/identity/codes.ts'
import { newSecret, newToken } from '#services/api/identity/secrets.ts'
import { createMasking } from '#services/api/privacy/mask.ts'

const known = {
  people: ['Anna', '李雷', 'Jean-Luc', 'Al'],
  boxes: ['hob-1a2b', 'familie-meier'],
  networks: ['Meier WLAN 5G'],
}
/** As systemd-cryptenroll(1) wrote one. */
const recoveryKey = 'dutuvdrn-cijugrvd-vluredcu-fhtccfnl-fudncjkj-cjvdnefr-hdufivjf-tcnjjblr'
const masking = createMasking({ known: () => known, key: Buffer.alloc(32) })
const mask = (text: string): string => masking().text(text)

describe('secrets', () => {
  test.each([
    ['a token of the box', newToken()],
    ['a session', newSecret()],
    ['a claim code', newCode()],
    ['a recovery code', newCode(15)],
    ['a claim code as somebody types it', '4f7kqzx90a'],
    ['a recovery code with spaces', '4f7kq zx90a 8m2jh'],
    ['a recovery key of the disk', recoveryKey],
    ['a recovery key as somebody types it', recoveryKey.toUpperCase().replaceAll('-', ' ')],
    ['a token of a site for models', 'hf_aBcDeFgHiJkLmNoPqRsTuV'],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF123'],
    [
      'a key',
      `-----BEGIN PRIVATE KEY-----\n${randomBytes(60).toString('base64')}\n-----END PRIVATE KEY-----`,
    ],
    ['a key that breaks off', `-----BEGIN PRIVATE KEY-----\n${randomBytes(60).toString('base64')}`],
  ])('%s leaves nothing behind', (_, secret) => {
    expect(mask(`it failed: ${secret}, again`)).not.toContain(secret)
    for (const piece of secret.split(/[-.\s]/).filter((one) => one.length > 4 && !/^[A-Z]+$/.test(one)))
      expect(mask(`it failed: ${secret}, again`)).not.toContain(piece)
  })

  test.each([
    ['Authorization: Bearer abc.def-ghi', 'abc.def-ghi'],
    ['authorization: Basic YW5uYTpzZXNhbQ==', 'YW5uYTpzZXNhbQ=='],
    ['GET https://anna:sesam@example.org/a', 'sesam'],
    ['/models?token=sesam&x=1', 'sesam'],
    ['{"password":"a \\"quoted\\" sesam"}', 'sesam'],
    ['wifiPassword=sesam', 'sesam'],
    ["psk='offen sesam'", 'sesam'],
    ['Cookie: session=sesam', 'sesam'],
  ])('%s', (text, secret) => {
    expect(mask(text)).not.toContain(secret)
  })

  test('random text is known as such wherever its hyphens fall', () => {
    const randomTexts = Array.from({ length: 5000 }, (_, index) =>
      createHash('sha256').update(`${index}`).digest('base64url'),
    )
    expect(randomTexts.filter((text) => mask(`it failed: ${text} again`).includes(text))).toEqual([])
  })

  test('what is no secret stays: ids, hashes, figures, versions, names of models and of units', () => {
    for (const text of [
      'request 550e8400-e29b-41d4-a716-446655440000 after 10000 steps',
      'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      'Meta-Llama-3-1-70B-Instruct-Q4_K_M-00001-of-00002',
      'DeepSeek-R1-Distill-Qwen-7B-Q4_K_M-GGUF-bartowski',
      'TheBloke-CodeLlama-13B-Instruct-GGUF-Q5_K_M',
      'context 32768 tokens: 4096, prompt_tokens=12, 8589934592 bytes',
      'node-llama-cpp@3.22.1 at 2026-11-26T19:51:42.737Z +0100',
      'hob-console@tty1.service: Failed with result exit-code',
      'at listen (/usr/lib/hob/services/api/doors.ts:231:18)',
      'listening on 127.0.0.1, ::1 and 0.0.0.0:443 as hob-1a2b.local',
    ])
      expect(mask(text)).toBe(text)
  })
})

describe('people and their things', () => {
  test('a person is the same person all along, whatever the case', () => {
    expect(mask('Anna asked, ANNA waited; 李雷 did not')).toBe(
      'person-1 asked, person-1 waited; person-2 did not',
    )
    expect(mask("Jean-Luc's chat")).toBe("person-3's chat")
  })

  test('a name inside a word is no name, and one of two letters is written as it is', () => {
    for (const text of ['Annabel', 'al dente', 'annale']) expect(mask(text)).toBe(text)
    expect(mask('Al')).toBe('person-4')
  })

  test.each([
    ['anna.meier@example.org', 'mail'],
    ['müller@straße.example', 'mail'],
    ['+49 170 1234567', 'phone'],
    ['0170/1234567', 'phone'],
    ['(555) 123-4567', 'phone'],
    ['13812345678', 'phone'],
    ['Annas-iPhone.local', 'device'],
    ['laptop.fritz.box', 'device'],
  ])('%s becomes a word that is the same each time', (what, kind) => {
    const masked = mask(`from ${what}.`)
    expect(masked).toMatch(new RegExp(`^from ${kind}-[0-9a-f]{6}\\.$`))
    expect(mask(`from ${what}.`)).toBe(masked)
  })

  test('a network, the box’s given name, and the account on somebody’s computer', () => {
    expect(mask('joined Meier WLAN 5G')).toMatch(/^joined network-[0-9a-f]{6}$/)
    expect(mask('ssid "Nachbar"')).toMatch(/^ssid network-[0-9a-f]{6}$/)
    expect(mask('https://familie-meier.local')).toBe('https://this-box.local')
    // put together, since no machine's own path stands in this repository
    expect(mask(['', 'home', 'ameier', 'state'].join('/'))).toMatch(/^\/home\/account-[0-9a-f]{6}\/state$/)
  })

  test('an address keeps what every home has', () => {
    expect(mask('from 192.168.178.23:50122')).toMatch(/^from 192\.168\.\[host-[0-9a-f]{6}\]:50122$/)
    expect(mask('to [fe80::fc:ff:fe00:1%eth0]:443')).toMatch(/^to \[fe80:\[host-[0-9a-f]{6}\]%eth0\]:443$/)
    expect(mask('::ffff:192.168.1.5')).toMatch(/^::ffff:192\.168\.\[host-[0-9a-f]{6}\]$/)
    expect(mask('2001:db8:1:2::5.')).toMatch(/^2001:\[host-[0-9a-f]{6}\]\.$/)
    expect(mask('3c:52:82:a1:b2:c3')).toMatch(/^3c:52:82:\[card-[0-9a-f]{6}\]$/)
  })

  test('another key gives other words: two logs of two boxes cannot be joined', () => {
    const other = createMasking({ known: () => known })()
    expect(other.text('a@example.org')).not.toBe(mask('a@example.org'))
  })
})

test('an entry keeps its form; its fields are masked, and what is called a secret is one', () => {
  const entry = {
    at: '2026-11-26T19:51:42.737Z',
    service: 'api',
    level: 'warn' as const,
    message: 'Anna could not be reached',
    fields: {
      address: '192.168.1.7',
      accessToken: 'x',
      prompt_tokens: 12,
      cookie: 'y',
      ok: false,
      none: null,
    },
  }
  expect(masking().entry(entry)).toEqual({
    ...entry,
    message: 'person-1 could not be reached',
    fields: {
      address: expect.stringMatching(/^192\.168\.\[/),
      accessToken: '[secret]',
      prompt_tokens: 12,
      cookie: '[secret]',
      ok: false,
      none: null,
    },
  })
})

test('ten thousand long lines are masked in the time that it takes to read them', () => {
  const line = `${'a'.repeat(2_000)} ${'1:2.3-'.repeat(300)} ${'x@'.repeat(300)} ${'0 1'.repeat(300)}`
  const begun = performance.now()
  for (let i = 0; i < 20; i++) mask(line)
  // no expression may run away: what is in a log was written by others
  expect(performance.now() - begun).toBeLessThan(4_000)
})
