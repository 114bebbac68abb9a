// The whole way that makes the starter, with Debian's PyTorch, on a small share of its corpus: the tokenizer is the
// committed one, the loss falls, and the file that comes out runs in the real engine. test/long makes all of it.
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCard, vocabularyHash } from '#services/models/starter/training/card.ts'
import { exportModel, trainModel, writeCorpus } from '#services/models/starter/training/steps.ts'
import { openReal, planOf, readAll, requestOf } from './engines.ts'

const torch = '/usr/lib/python3/dist-packages/torch/__init__.py'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hob-starter-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.skipIf(!existsSync(torch))(
  'a minute of training gives the same tokenizer, a falling loss and a model that runs (python3-torch)',
  { timeout: 240_000 },
  async () => {
    await writeCorpus(folder, () => {}, 0.026)
    expect(vocabularyHash(JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')))).toBe(
      (await readCard()).vocabularySha256,
    )
    await trainModel(folder)
    const { loss } = JSON.parse(await readFile(join(folder, 'loss.json'), 'utf8')) as { loss: number }
    // ln(4096), what knowing nothing costs, is 8.3.
    expect(loss).toBeLessThan(6.5)
    const { q8, f16 } = await exportModel(folder)
    for (const file of [q8, f16]) {
      const { engine } = await openReal(file, planOf({ contextTokens: 512, sequences: 1 }))
      const { end, text } = await readAll(engine, requestOf({ minTokens: 5, maxTokens: 10 }))
      expect(end?.completionTokens).toBe(10)
      expect(text.length).toBeGreaterThan(0)
      await engine.dispose()
    }
  },
)
