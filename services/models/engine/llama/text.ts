// From tokens to text: the exact bytes of a token, and whole UTF-8 characters across tokens. Special tokens have no bytes,
// so that they never leak into an answer, except those that open a tool call or a thought, which the answer's parser takes
// out again. Owns a cache of token bytes, one for each loaded model.
import { byteAlphabet } from '../../gguf/byte-alphabet.ts'
import { asTokens, type LlamaModel, type Token } from './binding.ts'

export type Vocabulary = ReturnType<typeof createVocabulary>

export function createVocabulary(model: LlamaModel, markers: readonly string[]) {
  const known = new Map<number, Uint8Array>()
  const standIns = new Map(byteAlphabet().map((standIn, byte) => [standIn, byte]))
  const spellings = model.fileInfo.metadata.tokenizer?.ggml?.tokens
  // A word-piece vocabulary drops the space before the first word; after another token nothing is dropped.
  const anchor = model.tokenize('a', false)
  const shown = new Set<number>()
  for (const marker of markers) {
    const tokens = model.tokenize(marker, true)
    const [only] = tokens
    if (tokens.length === 1 && only !== undefined) shown.add(only)
  }

  const partOfCharacter = (token: Token): Uint8Array => {
    const spelling = spellings?.[token]
    if (typeof spelling !== 'string') return new Uint8Array()
    const hex = /^<0x([0-9A-Fa-f]{2})>$/.exec(spelling)?.[1]
    if (hex !== undefined) return Uint8Array.of(Number.parseInt(hex, 16))
    const bytes: number[] = []
    for (const character of spelling) {
      const byte = standIns.get(character)
      if (byte === undefined) return new TextEncoder().encode(spelling)
      bytes.push(byte)
    }
    return Uint8Array.from(bytes)
  }

  const read = (token: Token): Uint8Array => {
    const attributes = model.getTokenAttributes(token)
    if (shown.has(token)) return new TextEncoder().encode(model.detokenize([token], true).trim())
    if (attributes.control || attributes.unknown || model.isEogToken(token)) return new Uint8Array()
    const text = model.detokenize([token], false, anchor)
    return text.includes('\uFFFD') ? partOfCharacter(token) : new TextEncoder().encode(text)
  }

  return {
    model,
    bytes(token: number): Uint8Array {
      const cached = known.get(token)
      if (cached !== undefined) return cached
      const [typed] = asTokens([token])
      const bytes = typed === undefined ? new Uint8Array() : read(typed)
      known.set(token, bytes)
      return bytes
    },
    /** How a token is shown beside its log-probability: its text, or its special spelling. */
    label(token: number): string {
      const bytes = this.bytes(token)
      return bytes.length > 0 ? new TextDecoder().decode(bytes) : model.detokenize(asTokens([token]), true)
    },
  }
}

/** Gathers bytes into whole characters; what is left unfinished at the end is dropped. */
export function createCharacters() {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return { push: (bytes: Uint8Array): string => decoder.decode(bytes, { stream: true }) }
}
