// `npm run starter -- VERB`: makes the starter again (README.md). Each verb is one step; `all` does them in order and
// takes about an hour on two cores.
import { createHash } from 'node:crypto'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createLog } from '#appliance/log.ts'
import { createChildEngineFactory } from '../../engine/child-engine.ts'
import type { Engine } from '../../engine/engine.ts'
import { starterFile } from '../file.ts'
import { type Card, cardFile, curveFile, trainingSchema, vocabularyHash } from './card.ts'
import { drawCurve } from './curve.ts'
import { chooseGolden, goldenFile } from './golden.ts'
import { examine, readExamination, scores, type Verdict } from './judge.ts'
import { contextTokens, plan } from './plan.ts'
import { exportModel, tokenizerSchema, trainModel, writeCorpus } from './steps.ts'
import { readTexts } from './texts.ts'
import { makeVocabulary } from './vocabulary.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, null, 1)}\n`)

const usage = `usage: npm run starter -- VERB [FOLDER or FILE]
  corpus FOLDER [SHARE]   tokenizer and rows to learn from
  train FOLDER [OPTIONS]  with Debian's PyTorch; --device cuda on a GPU
  export FOLDER           starter-Q8_0.gguf and starter-F16.gguf
  all FOLDER              the three, one after another
  judge FILE dev|held-out the examination, and what failed
  adopt FOLDER            makes its Q8_0 the starter of this repository: file, card, golden hashes`

const verbs: Readonly<Record<string, (path: string, ...rest: string[]) => Promise<void>>> = {
  corpus: (folder, share = '1') => writeCorpus(folder, say, Number(share)),
  train: (folder, ...options) => trainModel(folder, options),
  export: async (folder) => say(Object.values(await exportModel(folder)).join('\n')),
  all: async (folder, ...options) => {
    await writeCorpus(folder, say)
    await trainModel(folder, options)
    say(Object.values(await exportModel(folder)).join('\n'))
  },
  judge: async (file, part = 'dev') => {
    const verdicts = await judged(file, part === 'held-out' ? 'held-out' : 'dev')
    print(verdicts.filter(({ passed }) => !passed))
    say(JSON.stringify(scores(verdicts)))
  },
  adopt,
}

const sequences = 4

async function opened<Result>(file: string, use: (engine: Engine) => Promise<Result>): Promise<Result> {
  const engine = createChildEngineFactory({ log: createLog({ service: 'starter', level: 'warn' }) }).create()
  const none = {
    weightBytes: 0,
    keyValueBytes: 0,
    computeBytes: 0,
    processBytes: 0,
    totalBytes: 0,
    budgetBytes: 0,
  }
  const own = {
    model: basename(file), quantization: 'Q8_0', backend: 'cpu', contextTokens, sequences, keyValueType: 'f16',
    gpuLayers: 0, threads: 1, useMmap: false, memory: none, tokensPerSecond: 1, quality: 0,
  } as const // biome-ignore format: one plan
  await engine.load(file, own, () => {}, new AbortController().signal)
  try {
    return await use(engine)
  } finally {
    await engine.dispose()
  }
}

const judged = (file: string, part: 'dev' | 'held-out'): Promise<Verdict[]> =>
  opened(file, async (engine) => examine(engine, await readTexts(), await readExamination(part), sequences))

async function adopt(folder: string): Promise<void> {
  await copyFile(join(folder, 'starter-Q8_0.gguf'), starterFile)
  const bytes = await readFile(starterFile)
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, name), 'utf8'))
  const training = trainingSchema.parse(await read('loss.json'))
  const card: Card = {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    vocabularySha256: vocabularyHash(tokenizerSchema.parse(await read('tokenizer.json'))),
    heldOut: scores(await judged(starterFile, 'held-out')),
    dev: scores(await judged(starterFile, 'dev')),
    training,
  }
  await writeFile(cardFile, `${JSON.stringify(card, null, 2)}\n`)
  await writeFile(curveFile, drawCurve(training.curve))
  const golden = await opened(starterFile, async (engine) =>
    chooseGolden(engine, makeVocabulary(await readTexts(), plan), await readExamination('dev')),
  )
  await writeFile(goldenFile, `${JSON.stringify(golden, null, 2)}\n`)
  say(`${basename(starterFile)}: ${card.sha256}; ${golden.length} golden answers`)
}

const [verb = '', path, ...rest] = process.argv.slice(2)
const run = verbs[verb]
if (run === undefined || path === undefined) say(usage)
else await run(path, ...rest)
