// `npm run install-units` on a machine that runs already, as somebody with a Debian of their own does it; and away again.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../system/box.ts'
import { createLan, type Lan, lanUnavailable, type Machine } from '../system/lan.ts'
import { type Booted, bootTree } from './nspawn.ts'
import { copyTree, type Tree, treeUnavailable } from './tree.ts'

const missing = lanUnavailable() ?? treeUnavailable()
const patienceMs = 300_000

describe.skipIf(missing !== null)('install-units on a machine that runs', () => {
  let lan: Lan
  let tree: Tree
  let machine: Machine
  let debian: Booted
  beforeAll(async () => {
    lan = createLan()
    machine = lan.machine('debian', '10.77.0.2')
    tree = copyTree()
    debian = await bootTree(tree.path, machine, { sources: root })
  }, patienceMs)
  afterAll(async () => {
    await debian.powerOff()
    tree.remove()
    lan.close()
  }, patienceMs)

  const installUnits = (...flags: string[]): string =>
    debian.run('/src/node_modules/.bin/node', '/src/systemd/install.ts', ...flags)
  const boxId = (): string => debian.run('cat', '/var/lib/hob/api/box.json')

  test('starts the box', () => {
    expect(installUnits()).toContain('it runs')
    expect(machine.run('curl', '-sk', 'https://10.77.0.2/healthz')).not.toBe('')
    expect(debian.run('hob', 'status')).toContain('https://')
  })

  test('over itself is an update, and the box is the same', () => {
    const before = boxId()
    const pid = debian.mainPid('hob-api')
    installUnits()
    expect(debian.mainPid('hob-api')).not.toBe(pid)
    expect(boxId()).toBe(before)
  })

  test('--remove leaves nothing but the household’s data', () => {
    const before = boxId()
    expect(installUnits('--remove')).toContain('/var/lib/hob')
    expect(debian.run('ss', '--listening', '--tcp', '--no-header')).toBe('')
    expect(debian.run('systemctl', 'list-units', '--all', '--no-legend', '--plain', 'hob*')).toBe('')
    const left = debian.run('find', '/etc', '/usr', '/run', '/var', '-xdev', '-name', '*hob*')
    expect(left.split('\n').filter(Boolean).toSorted()).toEqual(['/var/lib/hob'])
    expect(boxId()).toBe(before)
  })
})
