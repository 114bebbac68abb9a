// Makes the starter again from its seed, on this machine's cores, and holds it to the examination that the committed one
// passed. Prints what it took. With HOB_STARTER_FOLDER everything is made there and stays, to be adopted.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCard, trainingSchema, vocabularyHash } from '#services/models/starter/training/card.ts'
import { examine, readExamination, scores } from '#services/models/starter/training/judge.ts'
import { contextTokens } from '#services/models/starter/training/plan.ts'
import { exportModel, trainModel, writeCorpus } from '#services/models/starter/training/steps.ts'
import { readTexts } from '#services/models/starter/training/texts.ts'
import { openReal, planOf } from '../contract/engines.ts'

const sequences = 4

const kept = process.env['HOB_STARTER_FOLDER']
let folder = ''
beforeAll(async () => {
  folder = kept ?? (await mkdtemp(join(tmpdir(), 'hob-starter-')))
})
afterAll(async () => {
  if (kept === undefined) await rm(folder, { recursive: true, force: true })
})

test('training from the seed gives the same tokenizer and a model that passes the examination', async () => {
  await writeCorpus(folder, (line) => process.stderr.write(`${line}\n`))
  const read = async (name: string): Promise<string> => readFile(join(folder, name), 'utf8')
  const card = await readCard()
  expect(vocabularyHash(JSON.parse(await read('tokenizer.json')))).toBe(card.vocabularySha256)
  await trainModel(folder)
  const training = trainingSchema.parse(JSON.parse(await read('loss.json')))
  const { engine } = await openReal((await exportModel(folder)).q8, planOf({ contextTokens, sequences }))
  const shares = scores(
    await examine(engine, await readTexts(), await readExamination('held-out'), sequences),
  )
  await engine.dispose()
  const { seconds, loss, precision, threads } = training
  process.stderr.write(`${JSON.stringify({ seconds, loss, precision, threads, ...shares })}\n`)
  expect(seconds).toBeLessThan(90 * 60)
  expect(shares.domain).toBeGreaterThanOrEqual(0.9)
  expect(shares.outside).toBeGreaterThanOrEqual(0.95)
  expect(shares.tools).toBeGreaterThanOrEqual(0.95)
})
