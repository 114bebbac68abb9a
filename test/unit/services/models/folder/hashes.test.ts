// The hashes beside the model files: kept while a file is as it was, and never written through a planted link.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createHashes } from '#services/models/folder/hashes.ts'

const sha256 = 'a'.repeat(64)
const model = { file: 'tea.gguf', bytes: 3, modifiedMs: 5 }

test('a hash is known while the file is as it was', async () => {
  const hashes = createHashes(join(place(), '.hob'))
  await hashes.record(model, sha256)
  expect(await hashes.known(model)).toBe(sha256)
  expect(await hashes.known({ ...model, modifiedMs: 6 })).toBeNull()
})

test('a link in the place of what is being written leads nowhere', async () => {
  const folder = place()
  const victim = join(folder, 'victim')
  writeFileSync(victim, 'as it was')
  mkdirSync(join(folder, '.hob'))
  symlinkSync(victim, join(folder, '.hob', 'tea.gguf.json.part'))
  const hashes = createHashes(join(folder, '.hob'))
  await hashes.record(model, sha256)
  expect(readFileSync(victim, 'utf8')).toBe('as it was')
  expect(await hashes.known(model)).toBe(sha256)
})

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hob-hashes-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}
