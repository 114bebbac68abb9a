// What a stick says, by a person who means well and by one who does not.
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { HobError } from '#appliance/errors.ts'
import { parseStick } from '#appliance/stick/parse.ts'
import { readStick } from '#appliance/stick/read.ts'

const said = (work: () => unknown): string => {
  try {
    return `nothing: ${JSON.stringify(work())}`
  } catch (error) {
    if (error instanceof HobError && error.code === 'stick_invalid') return error.message
    throw error
  }
}
const refusal = (text: string): string => said(() => parseStick(text))

describe('a stick', () => {
  test('says what its README shows', () => {
    const readme = readFileSync(new URL('../../../../appliance/stick/README.md', import.meta.url), 'utf8')
    expect(parseStick(/```\n(.+?)```/s.exec(readme)?.[1] ?? '')).toEqual({
      wifi: { ssid: 'The burrow', password: 'a long password', country: 'DE' },
      addressing: {
        method: 'static',
        address: '192.168.1.20/24',
        gateway: '192.168.1.1',
        dns: ['192.168.1.1', '9.9.9.9'],
      },
      claim: true,
    })
  })

  test.each<[string, object]>([
    ['wifi=home', { wifi: { ssid: 'home', password: null } }],
    ['WiFi = home\r\nPassword = abc#=def \r\n', { wifi: { ssid: 'home', password: 'abc#=def' } }],
    ['wifi="  home "\npassword = "\\"quoted\\""', { wifi: { ssid: '  home ', password: '\\"quoted\\"' } }],
    ['wifi=家\ncountry=de', { wifi: { ssid: '家', password: null, country: 'DE' } }],
    [
      'address = 10.0.0.2/8',
      { addressing: { method: 'static', address: '10.0.0.2/8', gateway: null, dns: [] } },
    ],
    ['address = Automatic', { addressing: { method: 'automatic' } }],
    ['; nothing but\n\n# a claim\n\tclaim\t=\tnew\t', { claim: true }],
  ])('%j', (text, expected) => {
    expect(parseStick(text)).toEqual({ wifi: null, addressing: null, claim: false, ...expected })
  })

  test.each<[string, RegExp]>([
    ['', /says nothing/],
    ['# only words', /says nothing/],
    ['wifi=home\nhostname=x', /line 2 has none of the keys/],
    ['[wifi]\nssid=home', /line 1 has none/],
    ['wifi home', /line 1 has none/],
    ['__proto__=x', /line 1 has none/],
    ['wifi=a\nwifi=b', /line 2 says wifi a second time/],
    ['wifi=', /line 1 gives wifi no value/],
    ['wifi=""', /line 1 gives wifi no value/],
    ['password=secret12', /password stands there without wifi/],
    ['country=DE', /country stands there without wifi/],
    ['gateway=10.0.0.1', /gateway stands there without address/],
    ['address=automatic\ndns=9.9.9.9', /brings its own/],
    ['claim=old', /“new” and nothing else/],
    ['wifi=home\ncountry=Germany', /two letters/],
    ['wifi=ho\0me', /line 1 is no text/],
    ['wifi=home\u001B[2J', /line 1 is no text/],
    ['#\n'.repeat(100), /more than 100 lines/],
  ])('%j is refused', (text, expected) => {
    expect(refusal(text)).toMatch(expected)
  })

  test('is never quoted: a value may be a password', () => {
    for (const text of ['wifi=home\npasswort=hunter22', 'claim=hunter22', 'password=hunter22'])
      expect(refusal(text)).not.toContain('hunter22')
  })
})

describe('its file', () => {
  const stick = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'hob-stick-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  const holding = (content: string | Uint8Array): string => {
    const folder = stick()
    writeFileSync(join(folder, 'hob.conf'), content)
    return folder
  }
  const refusedAt = (folder: string): string => said(() => readStick(folder))

  test('is read with and without a byte order mark', () => {
    expect(readStick(holding('claim=new\n'))).toBe('claim=new\n')
    expect(readStick(holding('\uFEFFclaim=new\r\n'))).toBe('claim=new\r\n')
  })

  test('may be missing', () => {
    expect(refusedAt(stick())).toMatch(/no file named hob\.conf/)
  })

  test('is no link, wherever that leads', () => {
    for (const to of ['/etc/passwd', 'other', '/dev/zero']) {
      const folder = stick()
      writeFileSync(join(folder, 'other'), 'claim=new')
      symlinkSync(to, join(folder, 'hob.conf'))
      expect(refusedAt(folder)).toMatch(/is a link/)
    }
  })

  test('is no folder, pipe or device; a pipe is not waited for', () => {
    const withFolder = stick()
    mkdirSync(join(withFolder, 'hob.conf'))
    expect(refusedAt(withFolder)).toMatch(/no plain file/)
    const withPipe = stick()
    execFileSync('mkfifo', [join(withPipe, 'hob.conf')])
    expect(refusedAt(withPipe)).toMatch(/no plain file/)
  })

  test('is not read when it is large', () => {
    const folder = holding('claim=new')
    truncateSync(join(folder, 'hob.conf'), 1024 ** 3)
    const began = performance.now()
    expect(refusedAt(folder)).toMatch(/larger than 4096/)
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(readStick(holding(`${'#'.repeat(4_095)}\n`))).toHaveLength(4_096)
    expect(refusedAt(holding('#'.repeat(4_097)))).toMatch(/larger than 4096/)
  })

  test('is text in UTF-8', () => {
    expect(refusedAt(holding(Uint8Array.of(0xff, 0xfe, 0x63, 0x00)))).toMatch(/not text in UTF-8/)
    expect(refusedAt(holding(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0x80)))).toMatch(/not text in UTF-8/)
  })
})
