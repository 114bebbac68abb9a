// From a conversation to the text of a prompt: the model's own Jinja chat template, or ChatML where it has none. The
// template comes from a stranger's file: it runs under a time limit, and it sees only what is in the conversation.
// What people wrote cannot become special tokens: see neutralise. One for each loaded model; keeps no conversation.
import { randomBytes } from 'node:crypto'
import vm from 'node:vm'
import { Template } from '@huggingface/jinja'
import type { Message, Tool } from '#appliance/contracts/openai.ts'
import { HobError } from '#appliance/errors.ts'
import { describeTools, detectToolFormat, flatten, type ToolFormat } from './tool-format.ts'

const chatMl = `{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`

/** Longer than any honest template needs for a long conversation on a slow machine. */
const renderLimitMs = 2_000

export interface ChatInput {
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly thinking: boolean
}

/** Pieces of a prompt, in order: the template's own text may name special tokens, people's never does. */
export interface PromptPiece {
  readonly text: string
  readonly special: boolean
}

export interface ChatTemplate {
  readonly toolFormat: ToolFormat
  render(input: ChatInput): PromptPiece[]
}

interface TemplateOptions {
  /** The model's own, where it has one. */
  readonly source: string | undefined
  readonly bosToken: string
  readonly eosToken: string
  /** The spellings of special tokens within a text, in order: what must not be read as such. */
  readonly specialsIn: (text: string) => string[]
  readonly model: string
}

type TemplateMessage = Record<string, unknown>

export function createChatTemplate({
  source = chatMl,
  bosToken,
  eosToken,
  specialsIn,
  model,
}: TemplateOptions): ChatTemplate {
  const { format, native } = detectToolFormat(source)
  let parsed: Template | HobError | null = null

  const template = (): Template => {
    if (parsed === null) {
      try {
        parsed = new Template(source)
      } catch (cause) {
        parsed = new HobError('chat_unsupported', { model }, { cause })
      }
    }
    if (parsed instanceof HobError) throw parsed
    return parsed
  }

  const run = (messages: readonly TemplateMessage[], tools: readonly Tool[], thinking: boolean): string => {
    const ready = template()
    const context = vm.createContext({
      run: () =>
        ready.render({
          messages,
          ...(tools.length > 0 ? { tools } : {}),
          add_generation_prompt: true,
          bos_token: bosToken,
          eos_token: eosToken,
          enable_thinking: thinking,
        }),
    })
    const text: unknown = vm.runInContext('run()', context, { timeout: renderLimitMs })
    return String(text)
  }

  return {
    toolFormat: format,
    render({ messages, tools, thinking }) {
      const told = native ? messages : describeTools(messages, tools)
      const guard = createNeutraliser(specialsIn)
      const safe = guard.deep(told.map(forTemplate))
      const safeTools = native ? guard.deep(tools) : []
      try {
        return guard.split(run(safe, safeTools, thinking))
      } catch (error) {
        const folded = foldRoles(safe)
        if (isTimeout(error) || error instanceof HobError || folded === null) throw translate(error, model)
        try {
          return guard.split(run(folded, safeTools, thinking))
        } catch {
          throw translate(error, model)
        }
      }
    },
  }
}

/** The time limit's error comes from the other realm: it is no `Error` of this one. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'

function translate(error: unknown, model: string): HobError {
  if (error instanceof HobError) return error
  if (isTimeout(error))
    return new HobError('engine_timeout', { seconds: renderLimitMs / 1_000 }, { cause: error })
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, 300)
  // raise_exception is how a template refuses a conversation, such as two user turns in a row.
  return new HobError(
    'invalid_request',
    { detail: `The chat template of ${model} refuses this conversation: ${detail}` },
    { cause: error, param: 'messages' },
  )
}

function forTemplate(message: Message): TemplateMessage {
  const content = flatten(message.content)
  if (message.role === 'tool') return { role: 'tool', content, tool_call_id: message.tool_call_id }
  if (message.role !== 'assistant') {
    return { role: message.role === 'developer' ? 'system' : message.role, content }
  }
  const said = { role: 'assistant', content: withoutThought(content) }
  if (message.tool_calls === undefined) return said
  const calls = message.tool_calls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.function.name, arguments: parseArguments(call.function.arguments) },
  }))
  return { ...said, tool_calls: calls }
}

/** Earlier thoughts are not shown to the model again, as its makers recommend. */
const withoutThought = (text: string): string => text.replace(/^\s*<think>[\s\S]*?<\/think>\s*/, '')

/** Templates print arguments with `tojson`; text that is not JSON is given as it is. */
function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** For templates without a system role or with strict turns: the system's words before the user's, equals merged. */
function foldRoles(messages: readonly TemplateMessage[]): TemplateMessage[] | null {
  const folded: TemplateMessage[] = []
  for (const message of messages) {
    const role = message['role'] === 'system' ? 'user' : message['role']
    const last = folded.at(-1)
    if (last !== undefined && last['role'] === role && role !== 'tool' && last['tool_calls'] === undefined) {
      folded.splice(-1, 1, {
        ...message,
        role,
        content: `${String(last['content'])}\n\n${String(message['content'])}`,
      })
    } else folded.push({ ...message, role })
  }
  return folded.length === messages.length && folded.every((one, i) => one['role'] === messages[i]?.['role'])
    ? null
    : folded
}

/**
 * Replaces each spelling of a special token in people's text by a word that nobody can guess, before the template sees
 * it, and puts it back as plain text afterwards. All other text passes through the template as it is, so that its
 * tests, trimming and quoting work.
 */
export function createNeutraliser(specialsIn: (text: string) => string[]) {
  const nonce = randomBytes(12).toString('hex')
  const replaced: string[] = []

  const clean = (text: string): string => {
    let result = text
    // What stands around a word that was put in is read anew: a few rounds are more than any text needs.
    for (let round = 0; round < 4; round++) {
      const specials = specialsIn(result)
      if (specials.length === 0) return result
      let from = 0
      for (const special of specials) {
        const at = result.indexOf(special, from)
        if (at < 0) continue
        const word = `x${nonce}n${replaced.length}x`
        replaced.push(special)
        result = result.slice(0, at) + word + result.slice(at + special.length)
        from = at + word.length
      }
    }
    throw new HobError(
      'invalid_request',
      { detail: 'The text is made of special tokens.' },
      { param: 'messages' },
    )
  }

  const deep = <Value>(value: Value): Value => walk(value, clean)

  return {
    deep,
    split(rendered: string): PromptPiece[] {
      const pieces: PromptPiece[] = []
      for (const [index, part] of rendered.split(new RegExp(`x${nonce}n(\\d+)x`)).entries()) {
        const text = index % 2 === 0 ? part : (replaced[Number(part)] ?? '')
        if (text !== '') pieces.push({ text, special: index % 2 === 0 })
      }
      return pieces
    },
  }
}

/** The same value with every text in it changed, keys too. */
function walk<Value>(value: Value, change: (text: string) => string): Value
function walk(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => walk(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), walk(item, change)]))
}
