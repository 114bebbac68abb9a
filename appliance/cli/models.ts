// `hob models …`: what is here, which one fits and why, adding and removing.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Candidate, Download } from '../contracts/models.ts'
import { modelsRoutes } from '../contracts/models.ts'
import { passedOn } from '../contracts/openapi.ts'
import { HobError } from '../errors.ts'
import type { Command, CommandInput } from './command.ts'
import { inBytes, table } from './words.ts'

const pollMs = 300

export const models: Command = {
  name: 'models',
  usage: [
    ['models list', 'the models that are here'],
    ['models explain', 'which model fits this machine, and why the others do not'],
    ['models add PATH|URL [--sha256 HEX]', 'bring a GGUF file; a broken download goes on where it stopped'],
    ['           [--name ID] [--allow-private]', ''],
    ['models remove ID', 'delete a model and its file'],
    ['models load ID | unload ID', 'into memory now | out of it'],
  ],
  run: async (input) => {
    const [verb, ...rest] = input.args
    const run = verb === undefined ? list : verbs[verb]
    if (run === undefined) throw new HobError('usage', { detail: `There is no command "models ${verb}".` })
    await run({ ...input, args: rest })
  },
}

const verbs: Readonly<Record<string, (input: CommandInput) => Promise<void>>> = {
  list,
  explain,
  add,
  remove,
  load,
  unload,
}

async function list({ json, terminal, box }: CommandInput): Promise<void> {
  const here = await box.client.call(passedOn(modelsRoutes.installed), {}, box.caller)
  if (json) return terminal.write(JSON.stringify(here, null, 2))
  const rows = here.models.map((model) => [
    model.id,
    model.kind,
    model.quantization,
    inBytes(model.fileBytes),
    `${model.trainedContextTokens} tokens`,
    model.starter ? 'comes with the box' : '',
  ])
  terminal.write(table([['MODEL', 'KIND', 'QUANTIZATION', 'SIZE', 'CONTEXT', ''], ...rows]))
  for (const { file, reason } of here.rejected) terminal.write(`not usable: ${file}: ${reason}`)
}

async function explain({ json, terminal, box }: CommandInput): Promise<void> {
  const choice = await box.client.call(passedOn(modelsRoutes.choice), {}, box.caller)
  if (json) return terminal.write(JSON.stringify(choice, null, 2))
  terminal.write(`${choice.words.join('\n')}\n`)
  const row = ({ plan, words }: Candidate): string[] => [
    plan.model,
    plan.quantization,
    plan.backend,
    String(plan.contextTokens),
    inBytes(plan.memory.totalBytes),
    `${plan.tokensPerSecond.toFixed(1)}/s`,
    // the sentence begins with what the other columns say
    words.slice(words.indexOf(': ') + 2),
  ]
  terminal.write(
    table([['MODEL', 'QUANT', 'ON', 'CONTEXT', 'MEMORY', 'TOKENS', ''], ...choice.candidates.map(row)]),
  )
}

async function add({ args, json, terminal, box }: CommandInput): Promise<void> {
  const { source, ...options } = readAddFlags(args)
  // the box resolves nothing: a path is made whole where it was typed
  const whole = /^https?:\/\//.test(source) || !existsSync(source) ? source : resolve(source)
  let download = await box.client.call(
    passedOn(modelsRoutes.add),
    { json: { source: whole, ...options } },
    box.caller,
  )
  while (download.state === 'running' || download.state === 'verifying') {
    terminal.progress(progressOf(download))
    await pause(pollMs)
    const { downloads } = await box.client.call(passedOn(modelsRoutes.downloads), {}, box.caller)
    const now = downloads.find(({ id }) => id === download.id)
    if (now === undefined) throw new HobError('download_not_found', { id: download.id })
    download = now
  }
  terminal.progress('')
  if (json) return terminal.write(JSON.stringify(download, null, 2))
  if (download.error !== null) {
    throw Object.assign(new HobError('download_failed', { url: source, detail: '' }), {
      message: download.error.message,
      remedy: download.error.remedy,
    })
  }
  terminal.write(
    download.state === 'done' ? `${download.model} is here.` : `The download was ${download.state}.`,
  )
}

function readAddFlags(args: readonly string[]): {
  source: string
  sha256?: string
  name?: string
  allowPrivate?: boolean
} {
  const options = {
    sha256: { type: 'string' },
    name: { type: 'string' },
    'allow-private': { type: 'boolean' },
  } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [source] = positionals
    if (source === undefined || positionals.length !== 1)
      throw new RangeError('models add wants one path or URL')
    return {
      source,
      ...(values.sha256 === undefined ? {} : { sha256: values.sha256 }),
      ...(values.name === undefined ? {} : { name: values.name }),
      ...(values['allow-private'] === undefined ? {} : { allowPrivate: values['allow-private'] }),
    }
  } catch (error) {
    throw new HobError(
      'usage',
      { detail: error instanceof Error ? error.message : 'wrong flags' },
      { cause: error },
    )
  }
}

function progressOf({ file, state, receivedBytes, totalBytes, bytesPerSecond }: Download): string {
  if (state === 'verifying') return `${file}: checking`
  const share =
    totalBytes === null
      ? ''
      : ` ${((receivedBytes / totalBytes) * 100).toFixed(0)} % of ${inBytes(totalBytes)}`
  const left =
    totalBytes === null || bytesPerSecond === 0
      ? ''
      : `, ${Math.ceil((totalBytes - receivedBytes) / bytesPerSecond)} s left`
  return `${file}:${share} ${inBytes(bytesPerSecond)}/s${left}`
}

const idOf = (args: readonly string[], verb: string): { id: string } => {
  const [id] = args
  if (id === undefined || args.length !== 1)
    throw new HobError('usage', { detail: `models ${verb} wants the id of one model.` })
  return { id }
}

async function remove({ args, terminal, box }: CommandInput): Promise<void> {
  const params = idOf(args, 'remove')
  await box.client.call(passedOn(modelsRoutes.remove), { params }, box.caller)
  terminal.write(`${params.id} is gone.`)
}

async function load({ args, json, terminal, box }: CommandInput): Promise<void> {
  const engine = await box.client.call(
    passedOn(modelsRoutes.load),
    { params: idOf(args, 'load') },
    box.caller,
  )
  terminal.write(json ? JSON.stringify(engine, null, 2) : `${engine.model}: ${engine.state}`)
}

async function unload({ args, json, terminal, box }: CommandInput): Promise<void> {
  const engine = await box.client.call(
    passedOn(modelsRoutes.unload),
    { params: idOf(args, 'unload') },
    box.caller,
  )
  terminal.write(json ? JSON.stringify(engine, null, 2) : `${engine.model}: ${engine.state}`)
}
