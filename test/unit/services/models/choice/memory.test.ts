// The prediction of a model's memory, against processes that were measured and sums done by hand.
import { expect, it } from 'vitest'
import { type MemoryShape, predictMemory } from '#services/models/choice/memory.ts'
import { subjectOfFile } from '#services/models/choice/subject.ts'
import { readModelFile } from '#services/models/gguf/read.ts'
import { writeSelfTest } from '#test/fakes/selftest/write.ts'
import { temporaryFolder } from '../gguf/build.ts'
import { emptyCatalogue, fileOf } from './machines.ts'

const onCpu = (contextTokens: number, sequences = 1): MemoryShape => ({
  contextTokens,
  sequences,
  keyValueType: 'f16',
  gpuLayers: 0,
})

// Resident bytes of processes that were measured, as in services/models/choice/README.md.
it.each([
  [onCpu(8192), 130e6],
  [onCpu(8192, 4), 159e6],
])('predicts what the self-test was measured to take (%o)', async (shape, measuredBytes) => {
  const file = await readModelFile(await writeSelfTest(await temporaryFolder()))
  const subject = subjectOfFile({ ...fileOf({ id: 'a', parameters: 1 }), file }, emptyCatalogue)
  const error = predictMemory(subject, shape).totalBytes / measuredBytes - 1
  expect(Math.abs(error)).toBeLessThan(0.1)
})

const eight = subjectOfFile(fileOf({ id: 'eight', parameters: 8e9 }), emptyCatalogue)

it('counts 128 KiB a token for 32 layers of 8 heads of 128 in F16, and 17/32 of it in Q8_0', () => {
  const f16 = predictMemory(eight, onCpu(8192)).keyValueBytes
  expect(f16).toBe(8192 * 128 * 1024)
  expect(predictMemory(eight, { ...onCpu(8192), keyValueType: 'q8_0' }).keyValueBytes).toBe((f16 * 17) / 32)
  expect(predictMemory(eight, onCpu(8192, 3)).keyValueBytes).toBe(f16 * 3)
})

it('keeps a window and one batch of a sliding layer, and the state of recurrent ones', () => {
  const layers = eight.layers.map((layer) => ({ ...layer, window: 512 }))
  const sliding = predictMemory({ ...eight, layers }, onCpu(32_768)).keyValueBytes
  expect(sliding).toBe(1024 * 128 * 1024)
  const hybrid = { ...eight, stateBytesPerSequence: 1000 }
  expect(predictMemory(hybrid, onCpu(8192, 2)).keyValueBytes).toBe(
    predictMemory(eight, onCpu(8192, 2)).keyValueBytes + 2000,
  )
})

it('puts all but the looked-up embeddings on a device that takes every layer', () => {
  const whole = predictMemory(eight, { ...onCpu(8192), gpuLayers: 32 })
  expect(whole.deviceBytes).toBe(
    eight.weightBytes - eight.lookedUpBytes + whole.keyValueBytes + whole.computeBytes,
  )
  expect(predictMemory(eight, onCpu(8192)).deviceBytes).toBe(0)
})
