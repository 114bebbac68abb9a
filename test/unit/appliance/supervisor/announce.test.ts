// What a terminal shows when the box is ready.
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { summary } from '#appliance/supervisor/announce.ts'

const ready = { at: 'https://hob-ab12.local:4620', model: 'starter', data: '/data', fingerprint: 'AB:CD', claim: null }
const shown = (facts: Parameters<typeof summary>[0]): string => stripVTControlCharacters(summary(facts))

test('of a new box: the code that makes an owner, where to enter it, a QR code of that, and the root', () => {
  const code = '4F7KQ-ZX90A'
  const urls = [`https://hob-ab12.local:4620/claim#${code}`, `https://192.168.1.9:4620/claim#${code}`]
  const text = shown({ ...ready, claim: { code, urls } })
  expect(text).toContain(`This box is new. Whoever enters its code owns it: ${code}\n`)
  for (const url of urls) expect(text).toContain(`  ${url}\n`)
  expect(text.split('\n').filter((line) => /[█▀▄]{4}/.test(line)).length).toBeGreaterThan(12)
  expect(text).toMatch(/Root +SHA-256 AB:CD\n/)
})

test('of a box with an owner: where it is, and nothing of a claim; no root without TLS', () => {
  const text = shown({ ...ready, fingerprint: null })
  expect(text).toContain('https://hob-ab12.local:4620/v1')
  expect(text).not.toMatch(/new|claim|Root|█/)
})
