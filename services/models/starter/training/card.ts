// card.json: what the committed model is, how it was made and how well it did, as `npm run starter -- adopt` wrote it.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const shares = z.object({ domain: z.number(), outside: z.number(), tools: z.number() })
/** What train.py reports of a training: its machine, its tokens, its loss curve as [tokens seen, loss]. */
export const trainingSchema = z.object({
  parameters: z.number(),
  device: z.string(),
  precision: z.string(),
  torch: z.string(),
  threads: z.number(),
  tokens: z.number(),
  seconds: z.number(),
  loss: z.number().nullable(),
  curve: z.array(z.tuple([z.number(), z.number()])),
})
const cardSchema = z.object({
  /** Of starter.gguf. */
  sha256: z.string(),
  bytes: z.number(),
  /** Of its tokens and merges; a training from the same texts and seed gives the same. */
  vocabularySha256: z.string(),
  heldOut: shares,
  dev: shares,
  training: trainingSchema,
})
export type Card = z.output<typeof cardSchema>

export const cardFile: string = fileURLToPath(new URL('../card.json', import.meta.url))
export const curveFile: string = fileURLToPath(new URL('../loss.svg', import.meta.url))
export const readCard = async (): Promise<Card> =>
  cardSchema.parse(JSON.parse(await readFile(cardFile, 'utf8')))

export const vocabularyHash = ({
  tokens,
  merges,
}: {
  tokens: readonly string[]
  merges: readonly string[]
}): string =>
  createHash('sha256')
    .update(JSON.stringify([tokens, merges]))
    .digest('hex')
