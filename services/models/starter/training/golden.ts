// The golden answers: prompts whose every token wins by a wide margin, so that any backend that computes rightly gives
// the same tokens, and the hash of those tokens. A certification's correctness check runs them.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { boxToolNames } from '#appliance/contracts/tools.ts'
import { type Engine, type GenerateRequest, greedy } from '../../engine/engine.ts'
import { specials } from '../template.ts'
import { render } from './dialogue.ts'
import type { Examination } from './judge.ts'
import type { Tokenizer } from './tokenizer.ts'

const goldenSchema = z.array(
  z.object({
    /** For people; what is read are the tokens. */
    ask: z.string(),
    prompt: z.array(z.number().int()),
    /** How many are generated, 64 at most. */
    tokens: z.number().int(),
    /** Of their texts, SHA-256 in hex. */
    sha256: z.string(),
  }),
)
export type Golden = z.output<typeof goldenSchema>[number]

export const goldenFile: string = fileURLToPath(new URL('../golden/hashes.json', import.meta.url))
export const readGolden = async (): Promise<Golden[]> =>
  goldenSchema.parse(JSON.parse(await readFile(goldenFile, 'utf8')))

export interface TokenRun {
  readonly tokens: number
  readonly sha256: string
  /** By how much, in nats, the winner led where it led least. */
  readonly leastMargin: number
}

/** Greedy, from these prompt tokens. */
export async function runTokens(
  engine: Engine,
  prompt: readonly number[],
  signal: AbortSignal,
): Promise<TokenRun> {
  const request: GenerateRequest = {
    prompt: { kind: 'tokens', tokens: prompt },
    sampling: greedy,
    maxTokens: 64,
    minTokens: 0,
    stop: [],
    constraint: null,
    tools: null,
    topLogprobs: 2,
    cacheKey: 'golden',
  }
  const hash = createHash('sha256')
  let tokens = 0
  let leastMargin = Number.POSITIVE_INFINITY
  for await (const event of engine.generate(request, signal)) {
    if (event.type !== 'text') continue
    for (const { token, top } of event.logprobs ?? []) {
      hash.update(`${token}\0`)
      tokens++
      const [first, second] = top
      if (first !== undefined && second !== undefined)
        leastMargin = Math.min(leastMargin, first.logprob - second.logprob)
    }
  }
  return { tokens, sha256: hash.digest('hex'), leastMargin }
}

const wanted = { plain: 40, tools: 24 }
/** In nats: e² to one between the winner and the next, which no rounding turns. */
const leastWanted = 2

/** Questions from all over the examination whose answers are certain enough to be the same on every backend. */
export async function chooseGolden(
  engine: Engine,
  tokenizer: Tokenizer,
  { domain, tools }: Examination,
): Promise<Golden[]> {
  const signal = new AbortController().signal
  const certain = async (asks: readonly string[], offered: readonly string[], count: number) => {
    const found: Golden[] = []
    for (const ask of asks) {
      if (found.length >= count) break
      const prompt = promptOf(ask, offered).flatMap((text) => tokenizer.encode(text))
      const { tokens, sha256, leastMargin } = await runTokens(engine, prompt, signal)
      if (leastMargin >= leastWanted) found.push({ ask, prompt, tokens, sha256 })
    }
    return found
  }
  const spread = (items: readonly { ask: string }[], count: number): string[] =>
    items.filter((_, index) => index % Math.floor(items.length / (2 * count)) === 0).map(({ ask }) => ask)
  return [
    ...(await certain(spread(domain, wanted.plain), [], wanted.plain)),
    ...(await certain(spread(tools, wanted.tools), boxToolNames, wanted.tools)),
  ]
}

/** The texts of the prompt, each to be encoded by itself, as the template and the engine make them. */
export const promptOf = (ask: string, offered: readonly string[]): string[] => [
  ...render({ tools: offered, turns: [{ role: 'user', text: ask }] }).map(({ text }) => text),
  `${specials.startOfTurn}assistant\n`,
]
