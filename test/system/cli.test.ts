// The `hob` command against a running box, and without one.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statusSchema } from '#appliance/contracts/box.ts'
import { hardwareSchema } from '#appliance/contracts/hardware.ts'
import { choiceSchema, installedModelSchema } from '#appliance/contracts/models.ts'
import { type Box, root, startBox } from './box.ts'

let box: Box
beforeAll(async () => {
  box = await startBox()
})
afterAll(() => box.stop())

interface Ran {
  out: string
  error: string
  code: number | null
}

async function hob(args: string[], environment: NodeJS.ProcessEnv = box.environment): Promise<Ran> {
  const child = spawn(process.execPath, ['appliance/cli/hob.mjs', ...args], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, error, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ])
  return { out, error, code }
}

describe('while the box runs', () => {
  test.each([
    ['status', ['status'], 'models ready'],
    ['health', ['health', '--gate'], 'The box is healthy.'],
    ['hardware', ['hardware'], 'Profile'],
    ['models list', ['models', 'list'], 'comes with the box'],
    ['models explain', ['models', 'explain'], 'tokens'],
    ['audit', ['audit', '--action', 'box.*'], 'box.started'],
    ['audit verify', ['audit', 'verify'], 'as they were written'],
    ['audit export', ['audit', 'export'], '"format":"hob-audit-1"'],
    ['logs', ['logs', '-n', '5'], 'ready'],
  ])('%s says it in words', async (_, args, expected) => {
    const { out, code, error } = await hob(args)
    expect(code, error).toBe(0)
    expect(out).toContain(expected)
  })

  test('and as data with --json', async () => {
    const read = async (args: string[]): Promise<unknown> => JSON.parse((await hob([...args, '--json'])).out)
    expect(statusSchema.parse(await read(['status'])).services.map(({ state }) => state)).toEqual([
      'ready',
      'ready',
    ])
    expect(hardwareSchema.parse(await read(['hardware'])).matched.profile.id.length).toBeGreaterThan(0)
    expect(choiceSchema.parse(await read(['models', 'explain'])).chosen).not.toBeNull()
    const here = await read(['models', 'list'])
    expect(installedModelSchema.array().parse((here as { models: unknown }).models).length).toBeGreaterThan(0)
  })

  test('a command that does not exist is a usage error', async () => {
    const { code, error } = await hob(['dance'])
    expect(code).toBe(2)
    expect(error).toContain('hob help')
  })

  test('a wrong path is told with a remedy', async () => {
    const { code, error } = await hob(['models', 'add', '/no/such/model.gguf'])
    expect(code).toBe(1)
    expect(error).toContain('/no/such/model.gguf')
  })
})

describe('without a box', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'hob-cli-'))
  const environment = { ...process.env, HOB_DATA_DIR: dataDir }
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

  test('status says how to start one', async () => {
    const { code, error } = await hob(['status'], environment)
    expect(code).toBe(1)
    expect(error).toContain('npm start')
  })

  test('health ends with another status than for an issue', async () => {
    const { code, out } = await hob(['health', '--json'], environment)
    expect(code).toBe(2)
    expect(out).toContain('not_running')
  })

  test('hardware is told all the same', async () => {
    const { code, out, error } = await hob(['hardware'], environment)
    expect(code, error).toBe(0)
    expect(out).toContain('Profile')
  })

  test('help lists the commands', async () => {
    const { out, code } = await hob(['help'], environment)
    expect(code).toBe(0)
    for (const word of [
      'status',
      'health',
      'hardware',
      'models list',
      'models explain',
      'models add',
      'audit verify',
      'console',
      'logs',
    ])
      expect(out).toContain(word)
  })
})
