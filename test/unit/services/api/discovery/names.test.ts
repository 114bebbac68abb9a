// Who the box is: made once, kept, changed only to what the network can carry.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { HobError } from '#appliance/errors.ts'
import { displayFlaw, hostFlaw } from '#services/api/discovery/labels.ts'
import { openNames } from '#services/api/discovery/names.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hob-names-'))
  file = join(folder, 'api', 'box.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'nothing thrown'
  } catch (error) {
    return error instanceof HobError ? error.code : String(error)
  }
}

describe('the box’s names', () => {
  it('are made at the first start and stay', () => {
    const first = openNames({ file }).current()
    expect(first.id).toMatch(/^[0-9a-f]{16}$/)
    expect(first.host).toBe(`hob-${first.id.slice(0, 4)}`)
    expect(first.name).toBe(`Hob ${first.id.slice(0, 4)}`)
    expect(openNames({ file }).current()).toEqual(first)
    expect(readdirSync(join(folder, 'api'))).toEqual(['box.json'])
  })

  it('differ from box to box', () => {
    const other = openNames({ file: join(folder, 'other', 'box.json') })
    expect(openNames({ file }).current().id).not.toBe(other.current().id)
  })

  it('are kept when they are changed; the id never changes', () => {
    const names = openNames({ file, makeId: () => 'ab12000000000000' })
    names.change({ label: 'Kitchen' })
    names.change({ name: '  Küche 厨房 ' })
    expect(openNames({ file }).current()).toEqual({
      id: 'ab12000000000000',
      host: 'kitchen',
      name: 'Küche 厨房',
    })
  })

  it('stay as they were when the new one is refused', () => {
    const names = openNames({ file })
    const before = names.current()
    expect(codeOf(() => names.change({ label: 'kit.chen' }))).toBe('name_invalid')
    expect(codeOf(() => names.change({ name: '\u001B[2J' }))).toBe('name_invalid')
    expect(codeOf(() => names.change({ name: 'Kitchen', label: '-' }))).toBe('name_invalid')
    expect(names.current()).toEqual(before)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(before)
  })

  test.each(['not JSON', '{}', '{"id":"ab12000000000000","host":"-","name":"x"}'])(
    '%s is a damaged file, not a new box',
    (text) => {
      mkdirSync(join(folder, 'api'))
      writeFileSync(file, text)
      expect(codeOf(() => openNames({ file }))).toBe('data_corrupt')
      expect(readFileSync(file, 'utf8')).toBe(text)
    },
  )
})

test.each(['hob-ab12', 'a', '4u', 'x'.repeat(63)])('%s is a host name', (label) =>
  expect(hostFlaw(label)).toBeNull(),
)

test.each(['', '-a', 'a-', 'a.b', 'a_b', 'Küche', 'A', 'a b', '42', 'localhost', 'x'.repeat(64), 'a\n'])(
  '%j is none',
  (label) => expect(hostFlaw(label)).toMatch(/\.$/),
)

test.each(['Kitchen', 'Küche 厨房', 'Ben’s box (2)', 'v1.2'])('%s is a display name', (name) =>
  expect(displayFlaw(name)).toBeNull(),
)

test.each(['', 'a\u0007', 'a\u202Eb', '厨'.repeat(22)])('%j is none', (name) =>
  expect(displayFlaw(name)).toMatch(/\.$/),
)
