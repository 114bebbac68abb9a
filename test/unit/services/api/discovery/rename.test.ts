// The labels that a box answers to while it is renamed and after, and the order in which a rename is done.
import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { HobError } from '#appliance/errors.ts'
import { createHostLabels } from '#services/api/discovery/hosts.ts'
import { openNames } from '#services/api/discovery/names.ts'
import { createRenaming } from '#services/api/discovery/rename.ts'

const minuteMs = 60_000

function box({ renew = (): Promise<void> => Promise.resolve(), announced = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'hob-rename-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  let at = Date.now()
  let effective = ''
  const seen: string[] = []
  const names = openNames({ file: join(folder, 'box.json'), makeId: () => 'ab12000000000000' })
  const hosts = createHostLabels({
    now: () => new Date(at),
    effective: () => effective,
    wished: () => names.current().host,
  })
  const tell = (what: string): void => void seen.push(`${what}: ${names.current().host}`)
  const renaming = createRenaming({
    names,
    hosts,
    renew: async () => {
      tell(`certificate for ${hosts.all().join(' ')}`)
      await renew()
    },
    nameHost: (label) => Promise.resolve(void seen.push(`machine: ${label}`)),
    publish: async () => {
      tell('published')
      if (!announced) return await new Promise<never>(() => undefined)
      effective = names.current().host
    },
    patienceMs: 10,
  })
  return { names, hosts, renaming, seen, pass: (minutes: number) => void (at += minutes * minuteMs) }
}

const machine = hostname().toLowerCase()

test('vouches for both labels before the new one is kept and announced', async () => {
  const { renaming, seen } = box()
  expect(await renaming.rename({ label: 'Kitchen' })).toMatchObject({ host: 'kitchen' })
  expect(seen).toEqual([
    `certificate for hob-ab12 ${machine} kitchen: hob-ab12`,
    'machine: kitchen',
    'published: kitchen',
  ])
})

test('answers to the old label for ten minutes', async () => {
  const { renaming, hosts, pass } = box()
  await renaming.rename({ label: 'kitchen' })
  expect(hosts.all()).toEqual(['kitchen', machine, 'hob-ab12'])
  pass(9)
  expect(hosts.all()).toContain('hob-ab12')
  pass(2)
  expect(hosts.all()).toEqual(['kitchen', machine])
})

test('a name for people alone needs no certificate; the same again needs nothing', async () => {
  const { renaming, seen } = box()
  await renaming.rename({ name: 'Kitchen' })
  expect(seen).toEqual(['published: hob-ab12'])
  expect(await renaming.rename({ name: ' Kitchen', label: 'HOB-ab12' })).toBeNull()
  expect(seen).toHaveLength(1)
})

test('leaves all as it was when the certificate cannot be had', async () => {
  const { renaming, names, seen } = box({
    renew: () => Promise.reject(new HobError('data_full', { folder: '/', need: 1 })),
  })
  await expect(renaming.rename({ label: 'kitchen' })).rejects.toMatchObject({ code: 'data_full' })
  expect(names.current().host).toBe('hob-ab12')
  expect(seen).toHaveLength(1)
})

test('does not wait for a network that takes no name', async () => {
  const { renaming, names } = box({ announced: false })
  expect(await renaming.rename({ label: 'kitchen' })).toMatchObject({ host: 'kitchen' })
  expect(names.current().host).toBe('kitchen')
})

test('remembers no more than a few former labels', () => {
  const { hosts } = box()
  for (let n = 0; n < 100; n++) hosts.keep(`name-${n}`)
  expect(hosts.all()).toHaveLength(2 + 8)
  expect(hosts.all()).toContain('name-99')
})
