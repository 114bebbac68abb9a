// Apple's profile: well-formed, stable, and the certificate in it is the root.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { mobileconfig } from '#services/api/tls/mobileconfig.ts'

const der = Buffer.from('not really a certificate')
const fingerprint = (text: string) =>
  (createHash('sha256').update(text).digest('hex').toUpperCase().match(/../g) ?? []).join(':')
const profile = (boxName = 'kitchen', of = 'a') =>
  mobileconfig({ der, fingerprint: fingerprint(of), boxName })

const uuids = (text: string): string[] =>
  [...text.matchAll(/PayloadUUID<\/key><string>([^<]+)/g)].map((match) => match[1] ?? '')

test('holds the root as it is', () => {
  const text = profile()
  expect(text).toContain('<string>com.apple.security.root</string>')
  const data = /<data>([^<]+)<\/data>/.exec(text)?.[1] ?? ''
  expect(Buffer.from(data, 'base64')).toEqual(der)
})

test('one root always gives the same two UUIDs, another root others', () => {
  const [first = '', second = ''] = uuids(profile())
  expect(first).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/)
  expect(second).not.toBe(first)
  expect(uuids(profile('study'))).toEqual([first, second])
  expect(uuids(profile('kitchen', 'b'))).not.toContain(first)
})

test('writes a box’s name as text, whatever it is', () => {
  const text = profile(`<"Anna's" & ]]> 厨房\u0000\u001b`)
  expect(text).toContain('<string>Hob: &lt;&quot;Anna&apos;s&quot; &amp; ]]&gt; 厨房</string>')
  // nothing is left that would begin a tag or an entity of its own
  expect(text.replaceAll(/&(lt|gt|amp|quot|apos);/g, '')).not.toMatch(/&|<"|\p{Cc}(?<!\n)/u)
})
