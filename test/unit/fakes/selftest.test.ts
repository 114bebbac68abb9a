// The self-test model: the same bytes every time, pieces that are each followed by one other, and rounding that
// stays within bounds.
import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { encode } from '#services/models/gguf/encode.ts'
import { readModelFile } from '#services/models/gguf/read.ts'
import { pieces, sentence } from '#test/fakes/selftest/text.ts'
import { buildVocabulary } from '#test/fakes/selftest/vocabulary.ts'
import { writeSelfTest } from '#test/fakes/selftest/write.ts'
import { sha256, temporaryFolder } from '../services/models/gguf/build.ts'

it('is the same file, byte for byte, every time', async () => {
  const folder = await temporaryFolder()
  const bytes = await readFile(await writeSelfTest(folder))
  expect(sha256(bytes)).toBe('4feb8466e463dfa114c7ab424117046759b4efeea5d9e8e7c3ea764095abe042')
  expect(bytes.length).toBeLessThan(6 * 1024 * 1024)
  expect(await readdir(folder)).toEqual(['hob-selftest.gguf'])
})

it('says what it is in its header', async () => {
  const file = await readModelFile(await writeSelfTest(await temporaryFolder()))
  expect(file).toMatchObject({
    name: 'Hob self-test (not a real model)',
    kind: 'chat',
    trainedContextTokens: 8192,
    quantization: 'F16',
  })
})

it('comes as an embedding model and in other sizes', async () => {
  const options = { kind: 'embedding', layers: 3, embedding: 320, contextTokens: 512, type: 'Q8_0' } as const
  const file = await readModelFile(await writeSelfTest(await temporaryFolder(), options))
  expect(file).toMatchObject({
    kind: 'embedding',
    poolingType: 'mean',
    embeddingLength: 320,
    trainedContextTokens: 512,
    quantization: 'Q8_0',
  })
  expect(file.layers).toHaveLength(3)
})

it('says each piece once, so that each is followed by one other', () => {
  expect(new Set(pieces).size).toBe(pieces.length)
  expect(sentence).toContain('not a real model')
  expect(sentence).toContain('不是真正的模型')
})

it('has every byte and no token twice', () => {
  const { tokens, kinds, merges } = buildVocabulary()
  expect(new Set(tokens).size).toBe(tokens.length)
  expect(kinds).toHaveLength(tokens.length)
  for (const merge of merges) expect(tokens).toContain(merge.replace(' ', ''))
})

it('refuses an embedding too short to carry what it says', async () => {
  await expect(writeSelfTest(await temporaryFolder(), { embedding: 128 })).rejects.toThrow(RangeError)
})

it('rounds to half a step in Q8_0 and keeps the largest of a block in Q4_0', () => {
  const values = Float32Array.from({ length: 32 }, (_, index) => index - 20)
  const q8 = new DataView(encode(values, 'Q8_0').buffer)
  const scale = q8.getFloat16(0, true)
  values.forEach((value, index) => {
    expect(Math.abs(q8.getInt8(2 + index) * scale - value)).toBeLessThan(scale)
  })
  const q4 = new DataView(encode(values, 'Q4_0').buffer)
  expect(((q4.getUint8(2) & 15) - 8) * q4.getFloat16(0, true)).toBe(-20)
})
