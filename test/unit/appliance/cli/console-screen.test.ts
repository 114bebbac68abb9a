// The box's own screen: what is on it before and after the claim, on every size that a screen or a serial line has.
import { describe, expect, test } from 'vitest'
import { type ScreenFacts, screen, silentScreen } from '#appliance/cli/console-screen.ts'
import { qrText } from '#appliance/cli/qr.ts'

const fingerprint = Array.from({ length: 32 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase()).join(
  ':',
)
const url = 'https://hob-2e3a.local/claim#ABCDE-FGHJK'
const fresh: ScreenFacts = {
  name: 'Kitchen',
  version: '0.1.0',
  addresses: ['https://hob-2e3a.local', 'https://192.168.1.20'],
  fingerprint,
  claim: { state: 'open', code: 'ABCDE-FGHJK', url },
  doing: 'starter is ready · 2.9 GiB of 23.5 GiB memory used',
  problems: [],
}
const sizes = [
  { columns: 80, rows: 25 },
  { columns: 80, rows: 24 },
  { columns: 240, rows: 67 },
  { columns: 40, rows: 12 },
]
const codeOf = (text: string): string[] => qrText(text).split('\n')

describe('the box’s own screen', () => {
  test.each(sizes)('fits %o', (size) => {
    const lines = screen(fresh, size).split('\n')
    expect(lines.length).toBeLessThan(size.rows)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(size.columns)
    expect(lines.join('\n')).toContain('https://hob-2e3a.local')
  })

  test('has all that a claim needs: code, QR, fingerprint', () => {
    const text = screen(fresh, { columns: 80, rows: 25 })
    expect(text).toContain('Claim code   ABCDE-FGHJK')
    for (const line of codeOf(url)) expect(text).toContain(line.trimEnd())
    const pairs = fingerprint.split(':')
    for (let part = 0; part < 4; part++) expect(text).toContain(pairs.slice(part * 8, part * 8 + 8).join(':'))
    expect(text).toContain('https://192.168.1.20')
    expect(text).toContain('starter is ready')
  })

  test('cuts no sentence on the smallest screen that has room for a code', () => {
    const claims: ScreenFacts['claim'][] = [fresh.claim, null, { state: 'closed' }]
    for (const claim of claims)
      for (const sentence of screen({ ...fresh, claim }, { columns: 240, rows: 67 }).match(
        /\p{L}[^█▀▄]{12,}$/gmu,
      ) ?? [])
        expect(screen({ ...fresh, claim }, { columns: 80, rows: 25 })).toContain(sentence)
  })

  test('leads to the page alone once somebody owns the box', () => {
    const text = screen({ ...fresh, claim: null }, { columns: 80, rows: 25 })
    expect(text).not.toMatch(/claim/i)
    for (const line of codeOf('https://hob-2e3a.local')) expect(text).toContain(line.trimEnd())
  })

  test('says so when it can be claimed no more, has no network, or something is wrong', () => {
    const size = { columns: 80, rows: 25 }
    expect(screen({ ...fresh, claim: { state: 'closed' } }, size)).toContain('too many wrong')
    expect(screen({ ...fresh, addresses: [], claim: null }, size)).toContain('is the cable in?')
    expect(screen({ ...fresh, problems: ['the service models is down'] }, size)).toContain(
      '! the service models is down',
    )
  })

  test('gives up on waiting after a minute, with what to do', () => {
    expect(silentScreen(5_000)).toContain('starting')
    expect(silentScreen(61_000)).toContain('pull the plug')
  })
})
