// The byte-level BPE: what it may merge, that it loses nothing, and that ties do not depend on luck.
import { expect, it } from 'vitest'
import { trainTokenizer } from '#services/models/starter/training/tokenizer.ts'

const counts = new Map([
  ['how do I add a model to the box', 50],
  ['怎么添加模型？怎么添加？', 50],
  ['which model fits 16 GB, 32 GB or 64 GB', 50],
])
/** Bytes, special tokens, room for the words that a space joins, and for merges. */
const size = 700
const tokenizer = trainTokenizer(counts, size)

const decode = (ids: readonly number[]): string => {
  const stands = new Map(tokenizer.tokens.slice(0, 256).map((token, byte) => [token, byte]))
  const bytes = ids.flatMap((id) => Array.from(tokenizer.tokens[id] ?? '', (one) => stands.get(one) ?? 0))
  return Buffer.from(bytes).toString('utf8')
}

it.each(['how do I add a model', '怎么添加一个🦊模型', 'a\n\n  b\tc ', 'x'.repeat(50), ''])(
  'gives %j back',
  (text) => {
    expect(decode(tokenizer.encode(text))).toBe(text)
  },
)

it('makes one token of a common word and never of digits', () => {
  expect(tokenizer.encode(' model')).toHaveLength(1)
  expect(tokenizer.encode('164')).toHaveLength(3)
})

it('lets no token reach into the next character', () => {
  // E5 xx 80, then E4 B8 yy: its end and the next one's beginning are the commonest pair of bytes
  const pairs = Array.from({ length: 16 }, (_, index) => [
    Buffer.from([0xe5, 0x80 + index, 0x80, 0xe4, 0xb8, 0x80 + index]).toString('utf8'),
    50,
  ]) as [string, number][]
  const { tokens } = trainTokenizer(new Map(pairs), size)
  const begins = new Set(tokens.slice(0xc0, 0x100))
  const reaching = tokens.slice(256).filter((token) =>
    Array.from(token)
      .slice(1)
      .some((one) => begins.has(one)),
  )
  expect(reaching.filter((token) => !token.startsWith('<'))).toEqual([])
  expect(tokenizer.encode('怎么添加').length).toBeGreaterThanOrEqual(4)
})

it('recognises special tokens as one each', () => {
  expect(tokenizer.encode('<|im_start|>')).toHaveLength(1)
  expect(tokenizer.encode('<tool_call>\n').at(0)).toBe(tokenizer.tokens.indexOf('<tool_call>'))
})

it('is the same every time', () => {
  expect(trainTokenizer(counts, size).merges).toEqual(tokenizer.merges)
})
