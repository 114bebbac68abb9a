// How a model writes tool calls, told from its chat template: the opening, what stands around each call's arguments,
// and the grammar that holds a call to its tool's parameters. Models whose own notation is not known here are taught
// Hermes' (https://huggingface.co/NousResearch/Hermes-2-Pro-Llama-3-8B) in the system message. Pure.
import type { Message, Tool } from '#appliance/contracts/openai.ts'
import type { GenerateRequest } from '../engine.ts'
import { literal } from './grammar-rules.ts'
import { createGrammar } from './schema-grammar.ts'

export interface ToolFormat {
  readonly name: 'hermes' | 'mistral' | 'mistral-args' | 'llama3'
  /** What the model writes to begin calling; the rest is held to a grammar. */
  readonly open: string
  /** Only as the first thing of an answer: `{"name"` in running text is just text. */
  readonly onlyFirst: boolean
  readonly begin: string
  readonly head: (tool: string) => string
  readonly tail: string
  readonly between: string
  readonly end: string
  readonly maxCalls: number
}

const maxCalls = 16

const hermes: ToolFormat = {
  name: 'hermes',
  open: '<tool_call>',
  onlyFirst: false,
  begin: '',
  head: (tool) => `\n{"name": ${JSON.stringify(tool)}, "arguments": `,
  tail: '}\n</tool_call>',
  between: '\n<tool_call>',
  end: '',
  maxCalls,
}

const mistral: ToolFormat = {
  name: 'mistral',
  open: '[TOOL_CALLS]',
  onlyFirst: false,
  begin: '[',
  head: (tool) => `{"name": ${JSON.stringify(tool)}, "arguments": `,
  tail: '}',
  between: ', ',
  end: ']',
  maxCalls,
}

const mistralArgs: ToolFormat = {
  ...mistral,
  name: 'mistral-args',
  begin: '',
  head: (tool) => `${tool}[ARGS]`,
  tail: '',
  between: '[TOOL_CALLS]',
  end: '',
}

const llama3: ToolFormat = {
  name: 'llama3',
  open: '{"name"',
  onlyFirst: true,
  begin: '',
  head: (tool) => `: ${JSON.stringify(tool)}, "parameters": `,
  tail: '}',
  between: '',
  end: '',
  maxCalls: 1,
}

/** `native`: the template itself tells the model about its tools. */
export function detectToolFormat(template: string): { format: ToolFormat; native: boolean } {
  if (!/\btools\b/.test(template)) return { format: hermes, native: false }
  // Qwen3-Coder and Qwen 3.5 open with the same tag but write XML inside: not held to JSON by their template.
  if (
    template.includes('<tool_call>') &&
    !template.includes('<function=') &&
    !template.includes('<arg_key>')
  ) {
    return { format: hermes, native: true }
  }
  if (template.includes('[TOOL_CALLS]')) {
    return { format: template.includes('[ARGS]') ? mistralArgs : mistral, native: true }
  }
  if (/["']?parameters["']?:/.test(template) && template.includes('<|start_header_id|>')) {
    return { format: llama3, native: true }
  }
  return { format: hermes, native: false }
}

/** The tools that this answer may call: all are shown to the model, but one may have been chosen. */
export const callable = ({ prompt, tools }: GenerateRequest): readonly Tool[] =>
  tools === null || prompt.kind !== 'chat'
    ? []
    : prompt.tools.filter((tool) => tools.names.includes(tool.function.name))

/**
 * GBNF for all that may follow `open`. Tools that ask for `strict` are refused when their schema cannot be enforced
 * (schema_unsupported); for the others the grammar enforces what it can.
 */
export function toolGrammar(format: ToolFormat, tools: readonly Tool[]): string {
  const strict = tools.some((tool) => tool.function.strict === true)
  const grammar = createGrammar({ lenient: !strict })
  const calls = tools.map((tool) => {
    const { name, parameters } = tool.function
    const empty = parameters === undefined || Object.keys(parameters).length === 0
    const value = empty ? grammar.anyObject() : grammar.add({ type: 'object', ...parameters })
    return `${literal(format.head(name))} ${value} ${literal(format.tail)}`
  })
  const call = grammar.define(calls.join(' | '))
  const more = format.maxCalls > 1 ? `(${literal(format.between)} ${call}){0,${format.maxCalls - 1}}` : ''
  return grammar.text(`${literal(format.begin)} ${call} ${more} ${literal(format.end)}`)
}

/** The conversation as a model without tools of its own can read it: everything about tools in words of Hermes'. */
export function describeTools(messages: readonly Message[], tools: readonly Tool[]): Message[] {
  const plain = messages.map((message): Message => {
    if (message.role === 'tool') {
      return { role: 'user', content: `<tool_response>\n${flatten(message.content)}\n</tool_response>` }
    }
    if (message.role !== 'assistant' || message.tool_calls === undefined) return message
    const calls = message.tool_calls.map(
      (call) =>
        `<tool_call>\n{"name": ${JSON.stringify(call.function.name)}, "arguments": ${call.function.arguments || '{}'}}\n</tool_call>`,
    )
    return {
      role: 'assistant',
      content: [flatten(message.content), ...calls].filter((part) => part !== '').join('\n'),
    }
  })
  if (tools.length === 0) return plain
  const words = [
    'You can call these tools, whose signatures are given as JSON:',
    '<tools>',
    ...tools.map((tool) => JSON.stringify(tool)),
    '</tools>',
    'To call one, answer with its name and its arguments as JSON inside tags, and nothing after them:',
    '<tool_call>\n{"name": "…", "arguments": {…}}\n</tool_call>',
    'What it returned comes back inside <tool_response> tags.',
  ].join('\n')
  const [first, ...rest] = plain
  return first !== undefined && (first.role === 'system' || first.role === 'developer')
    ? [{ role: 'system', content: `${flatten(first.content)}\n\n${words}` }, ...rest]
    : [{ role: 'system', content: words }, ...plain]
}

/** Content parts as one text. */
export function flatten(content: Message['content'] | null | undefined): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => (part.type === 'text' ? part.text : part.refusal)).join('')
}
