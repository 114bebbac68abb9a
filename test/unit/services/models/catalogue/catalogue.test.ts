// The catalogue is sound, finds a file's family, and estimates the quality of what it does not know with caution.
import { expect, it } from 'vitest'
import { loadCatalogue } from '#services/models/catalogue/load.ts'
import { familyOf } from '#services/models/catalogue/match.ts'
import { estimateFromSize, qualityOf } from '#services/models/catalogue/quality.ts'
import { bitsPerWeight, quantizationLoss } from '#services/models/catalogue/quantizations.ts'

const named = (name: string, architecture: string, parameters: number) => ({
  name,
  basename: null,
  architecture,
  parameters,
})

it('is sound: ids once, quantizations known, estimates named by real fields', async () => {
  const { families } = await loadCatalogue()
  expect(new Set(families.map(({ id }) => id)).size).toBe(families.length)
  for (const family of families) {
    expect(Object.keys(family)).toEqual(expect.arrayContaining(family.estimated))
    expect(family.published.map(({ quantization }) => bitsPerWeight(quantization))).not.toContain(null)
    const caching = family.attention.reduce((layers, group) => layers + group.layers, 0)
    expect(caching).toBeLessThanOrEqual(family.layers)
  }
})

it('finds the family of a file by name, architecture and size together', async () => {
  const catalogue = await loadCatalogue()
  const family = (name: string, architecture: string, parameters: number, file = 'x.gguf') =>
    familyOf(catalogue, named(name, architecture, parameters), file)?.id
  expect(family('Qwen3.5 9B', 'qwen35', 8.95e9)).toBe('qwen3.5-9b')
  expect(family('Qwen3.5-9B', 'qwen35', 8.95e9)).toBe('qwen3.5-9b')
  expect(family('model', 'qwen35', 8.95e9, 'Qwen3.5-9B-Q4_K_M.gguf')).toBe('qwen3.5-9b')
  expect(family('Qwen3.5-9B', 'llama', 8.95e9)).toBeUndefined()
  expect(family('Qwen3.5-9B', 'qwen35', 4e9)).toBeUndefined()
})

it('counts a loss for coarse quantizations, and none for native ones', async () => {
  const { families } = await loadCatalogue()
  const family = families.find(({ id }) => id === 'gpt-oss-20b') ?? null
  const quality = (quantization: string) =>
    qualityOf({
      family,
      parameters: 2e10,
      activeParameters: 3e9,
      quantization,
      bitsPerWeight: bitsPerWeight(quantization) ?? 0,
    })
  expect(quality('MXFP4')).toBe(family?.quality)
  expect(quality('Q2_K')).toBeLessThan(quality('Q4_K_M'))
  expect(quantizationLoss(4.89)).toBeCloseTo(2, 0)
  expect(quantizationLoss(8.5)).toBe(0)
})

it('estimates unknown models cautiously, and mixtures below dense ones of their size', () => {
  const dense = (parameters: number) => estimateFromSize({ parameters, activeParameters: parameters })
  expect(dense(8e9)).toBeGreaterThan(43)
  expect(dense(8e9)).toBeLessThan(53)
  expect(estimateFromSize({ parameters: 30e9, activeParameters: 3e9 })).toBeLessThan(dense(30e9))
})
