// Reading GGUF headers: what a sound file says of itself, and that no damaged or hostile one does more than be refused.
import { execFileSync } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { HobError } from '#appliance/errors.ts'
import { readModelFile } from '#services/models/gguf/read.ts'
import { createRandom } from '#services/models/starter/training/random.ts'
import {
  buildFile,
  type Entry,
  entries,
  saveFile,
  string,
  temporaryFolder,
  tensor,
  tensors,
  uint32,
  withEntries,
} from './build.ts'

const problemOf = async (path: string): Promise<string> => {
  const error: unknown = await readModelFile(path).catch((error: unknown) => error)
  if (!(error instanceof HobError)) throw new Error(`not refused: ${JSON.stringify(error)}`, { cause: error })
  expect(error.code).toBe('model_file_invalid')
  return String(error.parameters['detail'])
}
const problem = async (bytes: Uint8Array): Promise<string> => problemOf(await saveFile(bytes))

function patched(change: (bytes: Buffer) => void): Buffer {
  const bytes = buildFile()
  change(bytes)
  return bytes
}
/** Where the table entry of a tensor begins, after its name. */
const afterName = (bytes: Buffer, name: string): number => bytes.indexOf(name) + name.length

it('describes a sound file', async () => {
  const file = await readModelFile(await saveFile(buildFile()))
  expect(file).toMatchObject({
    architecture: 'llama',
    name: 'Tiny',
    kind: 'completion',
    heads: 4,
    keyValueHeads: 2,
    keyLength: 16,
    trainedContextTokens: 2048,
    parameters: 64 * 22,
    quantization: 'F32',
    activeBytes: 64 * 12 * 4,
    outputBytes: 64 * 10 * 4,
  })
  expect(file.layers.map((layer) => layer.keyValueElements)).toEqual([64, 64])
})

it('counts the embedding as read for each token where it is the output too', async () => {
  const file = await readModelFile(await saveFile(buildFile(entries, tensors.slice(0, 3))))
  expect(file.activeBytes).toBe(64 * 12 * 4)
})

it('counts only the experts that a token uses', async () => {
  const parts = [...tensors, tensor('blk.0.ffn_up_exps.weight', [64, 8])]
  const metadata = withEntries(['llama.expert_count', uint32(8)], ['llama.expert_used_count', uint32(2)])
  const file = await readModelFile(await saveFile(buildFile(metadata, parts)))
  expect(file.activeBytes).toBe(64 * 12 * 4 + 64 * 2 * 4)
})

it('gives a window to the layers that slide, and no cache to recurrent ones', async () => {
  const gemma = entries.map(([key, value]): Entry => [key.replace('llama', 'gemma2'), value])
  const metadata: Entry[] = [
    ...gemma.slice(1),
    ['general.architecture', string('gemma2')],
    ['gemma2.attention.sliding_window', uint32(512)],
  ]
  const file = await readModelFile(await saveFile(buildFile(metadata)))
  expect(file.layers.map((layer) => layer.window)).toEqual([512, null])

  const hybrid = [...tensors.slice(0, 2), tensor('blk.1.ssm_a'), tensor('blk.1.attn_qkv.weight')]
  const sizes: Entry[] = [
    ['llama.ssm.inner_size', uint32(8)],
    ['llama.ssm.state_size', uint32(4)],
    ['llama.ssm.conv_kernel', uint32(4)],
  ]
  const recurrent = await readModelFile(await saveFile(buildFile(withEntries(...sizes), hybrid)))
  expect(recurrent.layers.map((layer) => layer.keyValueElements)).toEqual([64, 0])
  expect(recurrent.stateBytesPerSequence).toBe(4 * (3 * 8 + 8 * 4))
})

it('knows chat, completion and embedding models', async () => {
  const kind = async (...changes: Entry[]) =>
    (await readModelFile(await saveFile(buildFile(withEntries(...changes))))).kind
  expect(await kind(['tokenizer.chat_template', string('{{ messages }}')])).toBe('chat')
  expect(await kind(['llama.pooling_type', uint32(1)])).toBe('embedding')
  expect(await kind(['llama.attention.causal', { type: 'bool', value: false }])).toBe('embedding')
})

const hostile: Record<string, [() => Buffer, RegExp]> = {
  'a file that is no GGUF': [() => patched((bytes) => bytes.write('ELF!')), /does not begin with GGUF/],
  'an almost empty file': [() => Buffer.from('GGUF'), /only 4 bytes/],
  'a big-endian file': [() => patched((bytes) => bytes.writeUInt32BE(3, 4)), /big-endian/],
  'an unknown version': [() => patched((bytes) => bytes.writeUInt32LE(9, 4)), /version 9/],
  'more tensors than can be': [() => patched((bytes) => bytes.writeBigUInt64LE(1n << 63n, 8)), /tensors/],
  'no tensors': [() => patched((bytes) => bytes.writeBigUInt64LE(0n, 8)), /no tensors/],
  'more tensors than there are': [() => patched((bytes) => bytes.writeBigUInt64LE(99n, 8)), /./],
  'more metadata than can be': [
    () => patched((bytes) => bytes.writeBigUInt64LE(1n << 40n, 16)),
    /metadata entries/,
  ],
  'a key longer than the file': [
    () => patched((bytes) => bytes.writeBigUInt64LE(60_000n, 24)),
    /middle of its/,
  ],
  'a key of 2^64 bytes': [() => patched((bytes) => bytes.writeBigInt64LE(-1n, 24)), /bytes in a key/],
  'an unknown value type': [
    () => patched((bytes) => bytes.writeUInt32LE(77, bytes.indexOf('general.name') + 12)),
    /value type 77/,
  ],
  'a key twice': [() => buildFile([...entries, ['general.name', string('Again')]]), /twice/],
  'a tensor twice': [() => buildFile(entries, [...tensors, tensor('output.weight')]), /twice/],
  'an unprintable name': [() => buildFile(entries, [...tensors, tensor('a\u001b[2J')]), /unprintable/],
  'a name that is too long': [
    () => buildFile(entries, [...tensors, tensor('a'.repeat(64))]),
    /name of a tensor/,
  ],
  'an array in an array': [
    () => {
      const bytes = buildFile(withEntries(['x', { type: 'int32s', value: [1, 2] }]))
      bytes.writeUInt32LE(9, bytes.lastIndexOf(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0x78])) + 13)
      return bytes
    },
    /arrays in an array/,
  ],
  'an array of 2^60 items': [
    () => {
      const bytes = buildFile(withEntries(['x', { type: 'strings', value: ['a', 'b'] }]))
      bytes.writeBigUInt64LE(1n << 60n, bytes.lastIndexOf(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0x78])) + 17)
      return bytes
    },
    /items in x/,
  ],
  'a chat template of 2 MB': [
    () => buildFile(withEntries(['tokenizer.chat_template', string('x'.repeat(2_000_000))])),
    /chat_template/,
  ],
  'an unknown tensor type': [
    () => patched((bytes) => bytes.writeUInt32LE(38, afterName(bytes, 'blk.0.attn_k.weight') + 12)),
    /unknown type 38/,
  ],
  'dimensions whose product overflows': [
    () =>
      patched((bytes) => {
        bytes.writeBigUInt64LE(1n << 40n, afterName(bytes, 'token_embd.weight') + 4)
        bytes.writeBigUInt64LE(1n << 40n, afterName(bytes, 'token_embd.weight') + 12)
      }),
    /impossible size/,
  ],
  'nine dimensions': [
    () => patched((bytes) => bytes.writeUInt32LE(9, afterName(bytes, 'blk.0.attn_k.weight'))),
    /dimensions of/,
  ],
  'a dimension of zero': [
    () => patched((bytes) => bytes.writeBigUInt64LE(0n, afterName(bytes, 'blk.0.attn_k.weight') + 4)),
    /impossible size/,
  ],
  'a tensor beyond the end': [
    () => patched((bytes) => bytes.writeBigUInt64LE(1n << 30n, afterName(bytes, 'output.weight') + 24)),
    /not fully copied/,
  ],
  'a truncated file': [() => buildFile().subarray(0, -100), /not fully copied/],
  'overlapping tensors': [
    () => patched((bytes) => bytes.writeBigUInt64LE(0n, afterName(bytes, 'blk.0.attn_k.weight') + 16)),
    /overlap/,
  ],
  'an unaligned tensor': [
    () => patched((bytes) => bytes.writeBigUInt64LE(4n, afterName(bytes, 'blk.0.attn_k.weight') + 16)),
    /not aligned/,
  ],
  'a wild alignment': [() => buildFile(withEntries(['general.alignment', uint32(33)])), /alignment/],
  'no architecture': [() => buildFile(entries.slice(1)), /architecture/],
  'no layers': [() => buildFile(withEntries(['llama.block_count', uint32(0)])), /block_count/],
  'more layers than tensors': [() => buildFile(withEntries(['llama.block_count', uint32(3)])), /layer 2/],
  'fewer layers than tensors': [() => buildFile(withEntries(['llama.block_count', uint32(1)])), /blk\.1/],
  'no heads': [() => buildFile(withEntries(['llama.attention.head_count', uint32(0)])), /head_count/],
  'a text for a number': [() => buildFile(withEntries(['llama.context_length', string('many')])), /many/],
  'a vision projector': [() => buildFile(withEntries(['general.architecture', string('clip')])), /vision/],
  'a part of a split model': [() => buildFile(withEntries(['split.count', uint32(3)])), /3 parts/],
}

it.each(Object.entries(hostile))('refuses %s', async (_, [make, detail]) => {
  expect(await problem(make())).toMatch(detail)
})

it('refuses what is not a file, without waiting for it', async () => {
  const folder = await temporaryFolder()
  await symlink('/dev/zero', join(folder, 'zero.gguf'))
  execFileSync('mkfifo', [join(folder, 'pipe.gguf')])
  expect(await problemOf(join(folder, 'zero.gguf'))).toMatch(/regular/)
  expect(await problemOf(join(folder, 'pipe.gguf'))).toMatch(/regular/)
  expect(await problemOf(folder)).toMatch(/regular|EISDIR/)
  expect(await problemOf(join(folder, 'gone.gguf'))).toMatch(/ENOENT/)
})

const damageSeed = 20261121
it(`answers or refuses, and nothing else, whatever bytes are damaged (seed ${damageSeed})`, async () => {
  const random = createRandom(damageSeed)
  const below = (limit: number): number => Math.floor(((random() + 1) / 2) * limit)
  const surprises: string[] = []
  for (let round = 0; round < 300; round++) {
    const bytes = buildFile()
    for (let damage = 0; damage <= below(4); damage++) bytes[below(700)] = below(256)
    const outcome: unknown = await readModelFile(await saveFile(bytes)).catch((error: unknown) => error)
    const refused = outcome instanceof HobError && outcome.code === 'model_file_invalid'
    if (outcome instanceof Error && !refused) surprises.push(`round ${round}: ${outcome.message}`)
  }
  expect(surprises).toEqual([])
})
