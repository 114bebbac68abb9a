// Why no image is made, in words: each refusal alone, then by the program itself on a machine that is made to lack something.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commitOf, requireMachine, requireSystemd, requireVersion } from '../../../image/checks.ts'
import { Refusal } from '../../../image/refusal.ts'
import { root } from '../../system/box.ts'

const said = (work: () => void): string => {
  try {
    work()
    return 'nothing'
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

describe('a machine', () => {
  const good = { fits: true, isRoot: true, missing: [], freeBytes: 16e9 }

  test('that has all of it is taken', () => {
    expect(said(() => requireMachine(good))).toBe('nothing')
  })

  test.each([
    [{ fits: false }, 'An image is built on a Debian machine with an x86-64 processor.'],
    [{ isRoot: false }, 'Only root may build an image. Run: sudo npm run image'],
    [
      { missing: ['mmdebstrap', 'git'] },
      'What is missing comes with: apt-get install --no-install-recommends mmdebstrap git',
    ],
    [{ freeBytes: 15_999_999_999 }, 'An image wants 16 GB of room here; there are 15.'],
  ])('with %j is refused', (lacks, words) => {
    expect(said(() => requireMachine({ ...good, ...lacks }))).toBe(words)
  })
})

describe('a version', () => {
  test.each(['0.1.0', '1.2.3', '10.20.30'])('%s is one', (text) => {
    expect(requireVersion(text)).toBe(text)
  })

  test.each(['', '1.2', 'v1.2.3', '1.2.3-rc.1', '1.2.03', '1.2.3\n', '1.2.3.4', '../1.2.3'])(
    '%j is none',
    (text) => {
      expect(said(() => requireVersion(text))).toBe(`${text} is no version: it wants X.Y.Z`)
    },
  )
})

describe('systemd', () => {
  test('257 is taken, with whatever Debian has mended in it', () => {
    expect(said(() => requireSystemd({ systemd: '257.9-1~deb13u1' }))).toBe('nothing')
  })

  test.each(['258~rc1-1', '2570.1-1', '259.1-1'])('%s is refused', (systemd) => {
    expect(said(() => requireSystemd({ systemd }))).toBe(`the image has systemd ${systemd}: it wants 257`)
  })

  test('is missed where there is none', () => {
    expect(said(() => requireSystemd({ dbus: '1.16.2-2' }))).toBe('the image has systemd none: it wants 257')
  })
})

describe('a checkout', () => {
  test('gives its commit and that commit’s time', () => {
    const { id, time } = commitOf(root)
    expect(id).toMatch(/^[0-9a-f]{40}$/)
    expect(time.getTime() % 1_000).toBe(0)
    expect(time.getTime()).toBeGreaterThan(Date.parse('2025-01-01'))
  })

  test('what is not as committed is counted', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hob-checkout-'))
    const git = (...args: string[]): unknown =>
      execFileSync('git', ['-C', folder, ...args], { stdio: 'ignore' })
    git('init')
    git('-c', 'user.name=Anna', '-c', 'user.email=anna@example.org', 'commit', '--allow-empty', '-m', 'first')
    expect(commitOf(folder).uncommitted).toBe(0)
    writeFileSync(join(folder, 'own.txt'), 'own')
    expect(commitOf(folder).uncommitted).toBe(1)
    rmSync(folder, { recursive: true })
  })

  test('that is none is refused, with what git says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hob-no-checkout-'))
    expect(said(() => commitOf(folder))).toMatch(/^An image is built from a commit .*not a git repository/)
    rmSync(folder, { recursive: true })
  })
})

// each is a Node that starts, which a busy machine takes its time for
describe('npm run image', { timeout: 60_000 }, () => {
  /** With a version that is none, since one of the checks may be broken, and what comes after them empties image/dist. */
  const build = (options: { uid?: number; env?: NodeJS.ProcessEnv }): object => {
    const args = [join(root, 'image/build.ts'), '--version', 'none']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', ...options })
    return { status, stdout, stderr }
  }
  const refusal = (words: string): object => ({ status: 1, stdout: '', stderr: `hob image: ${words}\n` })
  const isRoot = process.getuid?.() === 0

  test('says to whoever is not root what to run', () => {
    expect(build(isRoot ? { uid: 65_534 } : {})).toEqual(
      refusal('Only root may build an image. Run: sudo npm run image'),
    )
  })

  test.skipIf(!isRoot)('says which packages bring what is missing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hob-no-programs-'))
    expect(build({ env: { PATH: folder } })).toEqual(
      refusal('What is missing comes with: apt-get install --no-install-recommends mmdebstrap python3 git'),
    )
    rmSync(folder, { recursive: true })
  })

  test.skipIf(!isRoot)('says how a version looks', () => {
    expect(build({})).toEqual(refusal('none is no version: it wants X.Y.Z'))
  })
})
