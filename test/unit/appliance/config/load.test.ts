// Where a setting comes from: default < config.json < environment < flag; and what a wrong one is told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseFlags } from '#appliance/config/flags.ts'
import { loadConfig } from '#appliance/config/load.ts'
import { configSchema, environmentName } from '#appliance/config/schema.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hob-config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (value: object): void => writeFileSync(join(folder, 'config.json'), JSON.stringify(value))
const load = (environment: Record<string, string> = {}, flags: string[] = []) =>
  loadConfig({ HOB_DATA_DIR: folder, ...environment, ...parseFlags(flags) })

describe('a setting', () => {
  test('is its default, then the file’s, then the environment’s, then the flag’s', () => {
    expect(load().port).toBe(4620)
    write({ port: 5001 })
    expect(load().port).toBe(5001)
    expect(load({ HOB_PORT: '5002' }).port).toBe(5002)
    expect(load({ HOB_PORT: '5002' }, ['--port', '5003']).port).toBe(5003)
  })

  test.each(Object.keys(configSchema.shape))('%s has a default, a variable and a description', (key) => {
    const schema = configSchema.shape[key as keyof typeof configSchema.shape]
    expect(schema.safeParse(undefined).success).toBe(true)
    expect(schema.description?.length).toBeGreaterThan(10)
    expect(environmentName(key)).toMatch(/^HOB_[A-Z_]+$/)
  })

  test('that is empty in the environment is as good as not there', () => {
    expect(load({ HOB_PORT: '' }).port).toBe(4620)
  })

  test('of a wrong kind is refused by its name', () => {
    for (const [environment, name] of [
      [{ HOB_PORT: '1e3' }, 'HOB_PORT'],
      [{ HOB_QUEUE_LENGTH: '-1' }, 'HOB_QUEUE_LENGTH'],
      [{ HOB_MODEL: '../x' }, 'HOB_MODEL'],
      [{ HOB_DATA_DIR: '<your folder>' }, 'HOB_DATA_DIR'],
    ] as const) {
      expect(() => load(environment)).toThrow(
        expect.objectContaining({ code: 'config_invalid', message: expect.stringContaining(name) }),
      )
    }
    expect(() => parseFlags(['--prot', '1'])).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})

describe('the address to listen on', () => {
  test.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('may be %s with or without TLS', (address) => {
    expect(load({ HOB_LISTEN: address }).listen).toBe(address)
    expect(load({ HOB_LISTEN: address, HOB_TLS: 'off' }).tls).toBe('off')
  })

  test.each(['0.0.0.0', '::', '192.168.1.20', 'fd00::20'])('may be %s with TLS alone', (address) => {
    expect(load({ HOB_LISTEN: address }).listen).toBe(address)
    expect(() => load({ HOB_LISTEN: address, HOB_TLS: 'off' })).toThrow(
      expect.objectContaining({ code: 'tls_off_not_loopback' }),
    )
  })

  test('is every one where nothing is said, and loopback without TLS', () => {
    expect(load({}).listen).toMatch(/^(::|0\.0\.0\.0)$/)
    expect(load({ HOB_TLS: 'off' }).listen).toBe('127.0.0.1')
  })

  test.each(['hob.local', '127.1', '0x7f.0.0.1', '127.0.0.1.evil.example', '*'])('is not %s', (address) => {
    for (const tls of ['on', 'off'])
      expect(() => load({ HOB_LISTEN: address, HOB_TLS: tls })).toThrow(
        expect.objectContaining({ code: 'config_invalid' }),
      )
  })
})

describe('the run folder', () => {
  test('is short, and another one for each data folder', () => {
    const one = loadConfig({ HOB_DATA_DIR: `/data/${'long/'.repeat(40)}one` }).runDir
    const other = loadConfig({ HOB_DATA_DIR: '/data/other' }).runDir
    expect(one).not.toBe(other)
    expect(Buffer.byteLength(join(one, 'executor.sock'))).toBeLessThan(107)
  })
})

test('the plain port is the one beside, unless it is chosen', () => {
  expect(load({ HOB_PORT: '4630' }).plainPort).toBe(4631)
  expect(load({ HOB_PORT: '65535' }).plainPort).toBe(65_534)
  expect(load({ HOB_PORT: '0' }).plainPort).toBe(0)
  expect(load({ HOB_PORT: '443', HOB_PLAIN_PORT: '80' }).plainPort).toBe(80)
})
