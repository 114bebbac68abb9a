// The steps in which the starter is made, each from a folder to the same folder: corpus, training, export. Used by
// make.ts and by the tests that make it again.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { exportGguf } from './export.ts'
import { plan } from './plan.ts'
import { writePhase } from './rows.ts'
import { readTexts } from './texts.ts'
import { makeVocabulary } from './vocabulary.ts'

export type Say = (line: string) => void

/**
 * Writes tokenizer.json, plan.json and the rows of each phase. `share` below 1 tries the machinery on so much of the
 * first two.
 */
export async function writeCorpus(folder: string, say: Say, share = 1): Promise<void> {
  await mkdir(folder, { recursive: true })
  const texts = await readTexts()
  const tokenizer = makeVocabulary(texts, plan)
  say(`tokenizer: ${tokenizer.tokens.length} tokens`)
  const tried = share < 1 ? plan.phases.slice(0, 2) : plan.phases
  const phases = tried.map((phase) => ({
    ...phase,
    rows: Math.ceil((phase.rows * share) / phase.batch) * phase.batch,
  }))
  for (const [index, phase] of phases.entries()) {
    await writePhase(folder, index, phase, { texts, tokenizer, seed: plan.seed })
    say(`phase ${index}: ${phase.rows} rows of ${phase.length} tokens`)
  }
  const { tokens, merges } = tokenizer
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ tokens, merges }))
  await writeFile(join(folder, 'plan.json'), JSON.stringify({ ...plan, phases }))
}

/** OpenBLAS with threads of its own stands in the way of PyTorch's: its OpenMP build made a step twice as fast. */
const openBlas = '/usr/lib/x86_64-linux-gnu/openblas-openmp'

/** Runs train.py under Debian's Python, whose PyTorch it is; its progress goes to stdout. Throws RangeError. */
export async function trainModel(folder: string, options: readonly string[] = []): Promise<void> {
  const script = fileURLToPath(new URL('train.py', import.meta.url))
  const env = existsSync(openBlas) ? { ...process.env, LD_LIBRARY_PATH: openBlas } : process.env
  const child = spawn('/usr/bin/python3', [script, folder, ...options], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new RangeError(`train.py ended with ${code}`)),
    )
  })
}

export const tokenizerSchema = z.object({ tokens: z.array(z.string()), merges: z.array(z.string()) })
const count = z.number().int().positive()
const planSchema = z.object({
  shape: z.object({
    embedding: count,
    headLength: count,
    heads: count,
    kvHeads: count,
    layers: count,
    feedForward: count,
    vocabulary: count,
    ropeBase: z.number(),
  }),
})

/** Writes starter-Q8_0.gguf and starter-F16.gguf; returns their paths. */
export async function exportModel(folder: string): Promise<{ q8: string; f16: string }> {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), 'utf8'))
  const tokenizer = tokenizerSchema.parse(await read('tokenizer.json'))
  const { shape } = planSchema.parse(await read('plan.json'))
  const paths = { q8: join(folder, 'starter-Q8_0.gguf'), f16: join(folder, 'starter-F16.gguf') }
  await exportGguf(paths.q8, { folder, shape, tokenizer, type: 'Q8_0' })
  await exportGguf(paths.f16, { folder, shape, tokenizer, type: 'F16' })
  return paths
}
