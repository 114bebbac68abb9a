// The support bundle is wanted when things are broken: what cannot be read is told in its place, and takes nothing down with it.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { HobError } from '#appliance/errors.ts'
import { createMasking } from '#services/api/privacy/mask.ts'
import { makeBundle, type Part } from '#services/api/support/bundle.ts'

const mask = createMasking({ known: () => ({ people: ['Anna'], boxes: [], networks: [] }) })()
const text = async (parts: readonly Part[], limitMs?: number): Promise<string[]> => {
  const files = await makeBundle({ parts, mask, head: 'Head', ...(limitMs === undefined ? {} : { limitMs }) })
  return files.map(({ content }) => Buffer.from(content).toString('utf8'))
}

test('a part that cannot be read says why, and the others are there', async () => {
  const [readme, one, two] = await text([
    { name: 'one.json', says: 'one', read: () => Promise.reject(new HobError('not_managed')) },
    { name: 'two.json', says: 'two', read: async () => ({ by: 'Anna' }) },
  ])
  expect(readme).toContain('one.json')
  expect(one).toContain('runs as a program')
  expect(two).toContain('person-1')
  expect(two).not.toContain('Anna')
})

test('a part that throws before it waits is no end of the service when its time is up', async () => {
  const seen = vi.fn<() => void>()
  process.on('unhandledRejection', seen)
  const throws = (): never => {
    throw new HobError('not_managed')
  }
  const [, one] = await text([{ name: 'one.json', says: 'one', read: throws }], 10)
  expect(one).toContain('runs as a program')
  // past its limit, and past the turn in which Node tells of what nobody caught
  await sleep(50)
  process.off('unhandledRejection', seen)
  expect(seen).not.toHaveBeenCalled()
})

test('a part that never comes is told as such when its time is up', async () => {
  const [, one] = await text(
    [{ name: 'one.json', says: 'one', read: () => new Promise(() => undefined) }],
    10,
  )
  expect(one).toContain('notKnown')
})
