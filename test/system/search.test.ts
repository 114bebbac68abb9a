// Searching conversations on a real box, by words alone and, once an embedding model is there, by meaning too.
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SearchHit } from '#appliance/contracts/box.ts'
import { writeSelfTest } from '#test/fakes/selftest/write.ts'
import { type Box, startBox } from './box.ts'

let box: Box
beforeAll(async () => {
  box = await startBox()
})
afterAll(() => box.stop())

const json = { 'content-type': 'application/json' }

async function ask(content: string): Promise<void> {
  const made = await box.fetch(`/hob/v1/conversations`, { method: 'POST', headers: json, body: '{}' })
  const { id } = (await made.json()) as { id: string }
  const answer = await box.fetch(`/hob/v1/conversations/${id}/messages`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ content }),
  })
  expect(await answer.text()).toContain('"state":"complete"')
}

async function search(q: string): Promise<SearchHit[]> {
  const answer = await box.fetch(`/hob/v1/search?q=${encodeURIComponent(q)}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { hits: SearchHit[] }).hits
}

test('a conversation is found by its words, and by meaning when a model embeds', async () => {
  await ask('How warm should a living room be?')
  await ask('客厅应该多暖和？')
  expect((await search('living')).map(({ by }) => by)).toEqual(['words'])
  expect((await search('客厅'))[0]?.conversation.title).toContain('客厅')
  expect(await search('zebra')).toEqual([])

  await writeSelfTest(join(box.dataDir, 'models', 'files'), { kind: 'embedding' })
  // the file is noticed, loaded at the first search, and the turns get their vectors behind it
  await expect
    .poll(async () => (await search('living'))[0]?.by, { timeout: 60_000, interval: 250 })
    .toBe('both')
  expect((await search('warmth indoors'))[0]?.by).toBe('meaning')
})
