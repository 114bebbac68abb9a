// Which names the box answers to, and which pages may call it.
import { describe, expect, test } from 'vitest'
import { createNames } from '#services/api/walls/names.ts'

const present: string[] = ['hob-1a2b.local', '192.168.1.20', 'fd00::20']
const names = createNames({ names: () => present, port: () => 4620, tls: true })

describe('a Host', () => {
  test.each([
    'localhost',
    'localhost:4620',
    'LOCALHOST',
    '127.0.0.1',
    '[::1]:4620',
    'hob-1a2b.local',
    'Hob-1A2B.Local.',
    'hob-1a2b.local.:4620',
    '192.168.1.20:4620',
    '[fd00::20]:4620',
    '[FD00:0:0::20]',
  ])('%s is the box', (host) => expect(names.isOurs(host)).toBe(true))

  test.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    'evil.localhost',
    'localhost@evil.example',
    'localhost:4620@evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.2',
    '0.0.0.0',
    '[::]',
    'fd00::20',
    '[fd00::21]',
    '2130706433',
    '0x7f.1',
    'localhost:',
    'localhost:1',
    'localhost:04620x',
    'localhost:123456',
    'localhost..',
    'localhost, evil.example',
    ' localhost',
    'localhost\u0000',
    '192.168.1.21',
  ])('%j is not', (host) => expect(names.isOurs(host)).toBe(false))

  test('of a name that the box has only now is the box, and of one that it had is not', () => {
    present.push('new.local')
    expect(names.isOurs('new.local')).toBe(true)
    present.pop()
    expect(names.isOurs('new.local')).toBe(false)
  })
})

describe('an Origin', () => {
  test.each([
    ['https://hob-1a2b.local:4620', 'hob-1a2b.local:4620'],
    ['https://[fd00::20]:4620', '[fd00::20]'],
    ['https://LOCALHOST:4620', 'localhost:4620'],
  ])('%s at %s is our page', (origin, host) => expect(names.isOurPage(origin, host)).toBe(true))

  test.each([
    ['null', 'localhost'],
    ['', 'localhost'],
    ['http://localhost:4620', 'localhost'],
    ['https://localhost', 'localhost'],
    ['https://localhost:4621', 'localhost'],
    ['https://evil.example', 'localhost'],
    ['https://evil.example:4620', 'evil.example:4620'],
    ['https://localhost:4620/', 'localhost'],
    ['https://localhost:4620.evil.example', 'localhost'],
    ['https://hob-1a2b.local:4620', 'localhost'],
    ['https://evil.example@localhost:4620', 'localhost'],
    ['https://localhost:4620, https://localhost:4620', 'localhost'],
  ])('%j at %s is not', (origin, host) => expect(names.isOurPage(origin, host)).toBe(false))

  test('has no port where the port is the scheme’s own', () => {
    const appliance = createNames({ names: () => [], port: () => 443, tls: true })
    expect(appliance.isOurPage('https://localhost', 'localhost')).toBe(true)
    expect(appliance.isOurPage('https://localhost:4620', 'localhost')).toBe(false)
  })

  test('is http without TLS', () => {
    const plain = createNames({ names: () => [], port: () => 4620, tls: false })
    expect(plain.isOurPage('http://localhost:4620', 'localhost:4620')).toBe(true)
    expect(plain.isOurPage('https://localhost:4620', 'localhost:4620')).toBe(false)
  })
})
