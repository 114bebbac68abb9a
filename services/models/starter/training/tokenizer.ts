// Byte-level BPE, trained and applied as GPT-2's (https://huggingface.co/openai-community/gpt2), so that llama.cpp's
// `gpt-2` pre-tokenizer reads the same tokens. Deterministic: ties go to the older tokens. Pure.
import { byteAlphabet } from '../../gguf/byte-alphabet.ts'
import { specials, tags } from '../template.ts'

export interface Tokenizer {
  /** In the order of their ids, in GPT-2's printable alphabet. */
  readonly tokens: readonly string[]
  readonly merges: readonly string[]
  /** Ids of one text; special tokens and tags in it are recognised. */
  encode(text: string): number[]
}

const words = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu
const marked: readonly string[] = [...Object.values(specials), ...tags]
const markPattern = new RegExp(`(${marked.map((text) => text.replaceAll(/[|<>/]/g, '\\$&')).join('|')})`)

/**
 * Bytes of a token at most. A Chinese character is one token and none spans two, and a space joins only the commonest
 * words: then a word is the same token wherever it stands, and copying it into a tool's argument is copying tokens.
 */
const longest = { ascii: 14, other: 3 }
const spacedWords = 200

const alphabet = byteAlphabet()
const space = 0x20

/** `counts`: how often each text is to weigh. `size`: all tokens, bytes and special ones included. */
export function trainTokenizer(counts: ReadonlyMap<string, number>, size: number): Tokenizer {
  const tokens = [...alphabet]
  const merges: [number, number][] = []
  const pieces = new Map<string, number>()
  for (const [text, count] of counts) {
    for (const part of text.split(markPattern)) {
      if (marked.includes(part)) continue
      for (const [word] of part.matchAll(words)) pieces.set(word, (pieces.get(word) ?? 0) + count)
    }
  }
  const entries = [...pieces].map(([word, count]) => ({ ids: [...Buffer.from(word, 'utf8')], count }))
  const lengths = tokens.map(() => 1)
  const plain = tokens.map((_, byte) => byte < 0x80)
  /** Ends a character that began before it: UTF-8's continuation bytes. */
  const ending = tokens.map((_, byte) => byte >= 0x80 && byte < 0xc0)
  const digit = tokens.map((_, byte) => byte >= 0x30 && byte <= 0x39)
  const allowed = (a: number, b: number): boolean =>
    a !== space &&
    !digit[a] &&
    !digit[b] &&
    (plain[a] === true && plain[b] === true
      ? (lengths[a] ?? 0) + (lengths[b] ?? 0) <= longest.ascii
      : ending[b] === true && (lengths[a] ?? 0) + (lengths[b] ?? 0) <= longest.other)

  const pairCounts = new Map<number, number>()
  const holders = new Map<number, Set<number>>()
  const keyOf = (a: number, b: number): number => a * 65_536 + b
  const note = (index: number, sign: 1 | -1): void => {
    const entry = entries[index]
    if (entry === undefined) return
    const { ids, count } = entry
    for (let at = 0; at + 1 < ids.length; at++) {
      const [a = 0, b = 0] = [ids[at], ids[at + 1]]
      if (!allowed(a, b)) continue
      const key = keyOf(a, b)
      pairCounts.set(key, (pairCounts.get(key) ?? 0) + sign * count)
      if (sign === 1) {
        const holder = holders.get(key)
        if (holder === undefined) holders.set(key, new Set([index]))
        else holder.add(index)
      }
    }
  }
  entries.forEach((_, index) => note(index, 1))

  const wanted = size - marked.length - spacedWords
  while (tokens.length < wanted) {
    let [best, bestCount] = [-1, 1]
    for (const [key, count] of pairCounts) {
      if (count > bestCount || (count === bestCount && key < best)) [best, bestCount] = [key, count]
    }
    if (best < 0) break
    const [a, b] = [Math.floor(best / 65_536), best % 65_536]
    const made = tokens.push((tokens[a] ?? '') + (tokens[b] ?? '')) - 1
    lengths.push((lengths[a] ?? 0) + (lengths[b] ?? 0))
    plain.push(plain[a] === true && plain[b] === true)
    ending.push(ending[a] === true && ending[b] === true)
    digit.push(false)
    merges.push([a, b])
    for (const index of holders.get(best) ?? []) {
      const entry = entries[index]
      if (entry === undefined) continue
      note(index, -1)
      entry.ids = merge(entry.ids, a, b, made)
      note(index, 1)
    }
    pairCounts.delete(best)
    holders.delete(best)
  }
  // Last, so that they join nothing but what has become whole.
  for (const word of commonest(entries, tokens)) {
    merges.push([space, word])
    tokens.push((tokens[space] ?? '') + (tokens[word] ?? ''))
  }
  return createTokenizer(tokens, merges)
}

/** The words of one token that most often follow a space. */
function commonest(
  entries: readonly { readonly ids: readonly number[]; readonly count: number }[],
  tokens: readonly string[],
): number[] {
  const words = new Map<number, number>()
  for (const { ids, count } of entries) {
    const [first, word, ...rest] = ids
    if (first !== space || word === undefined || rest.length > 0) continue
    if (!/^[A-Za-z]+$/.test(tokens[word] ?? '')) continue
    words.set(word, (words.get(word) ?? 0) + count)
  }
  return [...words]
    .sort(([a, one], [b, other]) => other - one || a - b)
    .slice(0, spacedWords)
    .map(([word]) => word)
}

const merge = (ids: readonly number[], a: number, b: number, made: number): number[] => {
  const result: number[] = []
  for (let at = 0; at < ids.length; at++) {
    if (ids[at] === a && ids[at + 1] === b) {
      result.push(made)
      at++
    } else result.push(ids[at] ?? 0)
  }
  return result
}

function createTokenizer(own: readonly string[], merges: readonly [number, number][]): Tokenizer {
  const tokens = [...own, ...marked]
  const marks = new Map(marked.map((text, index) => [text, own.length + index]))
  const ranks = new Map(merges.map(([a, b], rank) => [a * 65_536 + b, rank]))
  const known = new Map<string, number[]>()

  const encodeWord = (word: string): number[] => {
    const cached = known.get(word)
    if (cached !== undefined) return cached
    let ids = [...Buffer.from(word, 'utf8')]
    for (;;) {
      let [best, bestRank] = [-1, Number.POSITIVE_INFINITY]
      for (let at = 0; at + 1 < ids.length; at++) {
        const rank = ranks.get((ids[at] ?? 0) * 65_536 + (ids[at + 1] ?? 0))
        if (rank !== undefined && rank < bestRank) [best, bestRank] = [at, rank]
      }
      if (best < 0) break
      ids = merge(ids, ids[best] ?? 0, ids[best + 1] ?? 0, 256 + bestRank)
    }
    if (known.size < 200_000) known.set(word, ids)
    return ids
  }

  return {
    tokens,
    merges: merges.map(([a, b]) => `${own[a]} ${own[b]}`),
    encode: (text) =>
      text.split(markPattern).flatMap((part) => {
        const mark = marks.get(part)
        if (mark !== undefined) return [mark]
        return [...part.matchAll(words)].flatMap(([word]) => encodeWord(word))
      }),
  }
}
