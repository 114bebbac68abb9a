// What a GGUF header may ask of us at most. Generous against every published model (the largest have some 2,000
// tensors and a 30 MB tokenizer), small against this machine.

export const limits = {
  tensors: 100_000,
  metadataEntries: 4096,
  keyBytes: 65_535,
  /** One string; a chat template is at most 1 MB, and longer ones of other keys are skipped over. */
  stringBytes: 4 * 1024 * 1024,
  templateBytes: 1024 * 1024,
  arrayItems: 16_000_000,
  /** Longer arrays (tokens, merges, scores) are counted, not kept. */
  keptArrayItems: 1024,
  /** Longer strings are counted, not kept; the chat template is kept. */
  keptStringBytes: 16_384,
  /** ggml's GGML_MAX_NAME, its closing zero included. */
  tensorNameBytes: 63,
  dimensions: 4,
  headerBytes: 512 * 1024 * 1024,
  layers: 1024,
  heads: 65_536,
} as const
