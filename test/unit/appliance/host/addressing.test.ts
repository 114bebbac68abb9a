// What cannot work is refused in words before NetworkManager is asked.
import { describe, expect, test } from 'vitest'
import type { Addressing } from '#appliance/contracts/host-network.ts'
import { HobError } from '#appliance/errors.ts'
import { checkAddressing, checkWifi } from '#appliance/host/addressing.ts'

type Static = Addressing & { method: 'static' }
const good: Static = { method: 'static', address: '192.168.1.20/24', gateway: '192.168.1.1', dns: [] }
const said = (work: () => void): string => {
  try {
    work()
    return 'nothing'
  } catch (error) {
    if (error instanceof HobError && error.code === 'network_invalid') return error.message
    throw error
  }
}
const words = (change: Partial<Static>): string => said(() => checkAddressing({ ...good, ...change }))
const wifi = (ssid: string, password: string | null): string => said(() => checkWifi({ ssid, password }))

describe('an address', () => {
  test.each<Partial<Static>>([
    {},
    { gateway: null },
    { dns: ['192.168.1.1', '9.9.9.9', '2620:fe::fe'] },
    { address: '10.0.0.1/8', gateway: '10.255.255.254' },
    { address: '192.168.1.1/30', gateway: '192.168.1.2' },
  ])('%j is taken', (change) => {
    expect(words(change)).toBe('nothing')
  })

  test.each<[Partial<Static>, RegExp]>([
    [{ address: '192.168.1.20' }, /no address with its prefix/],
    [{ address: '192.168.1.256/24' }, /no address with its prefix/],
    [{ address: '192.168.01.20/24' }, /no address with its prefix/],
    [{ address: '192.168.1.20/24 ' }, /no address with its prefix/],
    [{ address: 'fd00::1/64' }, /no address with its prefix/],
    [{ address: '10.0.0.1/7', gateway: null }, /from 8 to 30, not 7/],
    [{ address: '192.168.1.20/31' }, /from 8 to 30, not 31/],
    [{ address: '192.168.1.0/24' }, /is the network itself/],
    [{ address: '192.168.1.255/24' }, /broadcast/],
    [{ address: '127.0.0.2/8', gateway: null }, /one machine may have/],
    [{ address: '0.1.2.3/8', gateway: null }, /one machine may have/],
    [{ address: '224.0.0.5/24', gateway: null }, /one machine may have/],
    [{ address: '255.255.255.250/8', gateway: null }, /one machine may have/],
    [{ gateway: '192.168.2.1' }, /not in the network of 192\.168\.1\.20\/24/],
    [{ gateway: '192.168.1.20' }, /another machine/],
    [{ gateway: '192.168.1.0' }, /is the network itself/],
    [{ gateway: '192.168.1.255' }, /broadcast/],
    [{ gateway: 'fe80::1' }, /no IPv4 address/],
    [{ gateway: '' }, /no IPv4 address/],
    [{ dns: ['1.1.1.1', '1.0.0.1', '9.9.9.9', '8.8.8.8'] }, /at most 3/],
    [{ dns: ['127.0.0.53'] }, /no address of a name server/],
    [{ dns: ['::1'] }, /no address of a name server/],
    [{ dns: ['ff02::fb'] }, /no address of a name server/],
    [{ dns: ['dns.example'] }, /no address of a name server/],
  ])('%j is refused', (change, expected) => {
    expect(words(change)).toMatch(expected)
  })
})

describe('a Wi-Fi network', () => {
  test.each<[string, string | null]>([
    ['home', null],
    ['home', '12345678'],
    ['home', 'x'.repeat(63)],
    ['home', 'aF'.repeat(32)],
    ['Küche ☕', 'ein langes Kennwort'],
    ['x'.repeat(32), null],
  ])('%j with %j is taken', (ssid, password) => {
    expect(wifi(ssid, password)).toBe('nothing')
  })

  test.each<[string, string | null, RegExp]>([
    ['', null, /1 to 32 bytes/],
    ['ü'.repeat(17), null, /this one 34/],
    ['a\0b', null, /bytes/],
    ['home', '', /8 to 63/],
    ['home', '1234567', /8 to 63/],
    ['home', 'x'.repeat(64), /8 to 63/],
    ['home', 'pässwörter', /8 to 63/],
    ['home', 'tab\tin it', /8 to 63/],
  ])('%j with %j is refused', (ssid, password, expected) => {
    expect(wifi(ssid, password)).toMatch(expected)
  })

  test('the password is never in the words', () => {
    expect(wifi('home', 'hunter2')).not.toContain('hunter2')
  })
})
