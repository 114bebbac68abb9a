// Reading an answer as it comes: thoughts, text, tool calls and stop strings are told apart the same in pieces of any
// size.
import { describe, expect, it } from 'vitest'
import { type AnswerOptions, createAnswer, type Part } from '#services/models/engine/llama/answer.ts'
import { detectToolFormat, type ToolFormat } from '#services/models/engine/llama/tool-format.ts'

const hermes = detectToolFormat('{{ tools }}<tool_call>').format

const read = (written: string, size: number, over: Partial<AnswerOptions> = {}) => {
  const answer = createAnswer({
    stop: [],
    tools: null,
    start: 'text',
    mayThink: true,
    ruledText: false,
    ...over,
  })
  const parts: Part[] = []
  for (let at = 0; at < written.length; at += size) {
    // What lies beyond a marker is written again under the grammar; here it simply comes with the next piece.
    parts.push(...answer.push(written.slice(at, at + size)).parts)
    if (answer.state === 'stopped') break
  }
  parts.push(...answer.end())
  const joined = (type: 'text' | 'reasoning') =>
    parts.map((part) => (part.type === type ? part.text : '')).join('')
  const calls: { name: string; arguments: string }[] = []
  for (const part of parts) {
    if (part.type !== 'tool') continue
    const call = (calls[part.index] ??= { name: '', arguments: '' })
    call.name += part.name ?? ''
    call.arguments += part.arguments ?? ''
  }
  return { text: joined('text'), reasoning: joined('reasoning'), calls, answer, parts }
}

const sizes = [1, 2, 3, 5, 7, 1_000]
const toolsOf = (format: ToolFormat) => ({ format, names: ['get', 'get_time'] })

describe.each(sizes)('in pieces of %i characters', (size) => {
  it('tells a thought from the text that follows', () => {
    expect(read('<think>\nhm, 2 < 3\n</think>\n\nIt is 5.', size)).toMatchObject({
      reasoning: 'hm, 2 < 3\n',
      text: 'It is 5.',
    })
  })

  it('begins inside a thought that the prompt opened', () => {
    expect(read('hm\n</think>\n\nFive', size, { start: 'thought' })).toMatchObject({
      reasoning: 'hm\n',
      text: 'Five',
    })
  })

  it('takes a later <think> for text', () => {
    expect(read('Use <think> tags', size)).toMatchObject({ reasoning: '', text: 'Use <think> tags' })
    expect(read('<think>', size, { mayThink: false })).toMatchObject({ text: '<think>' })
  })

  it('stops before the first stop string, whichever it is', () => {
    const { text, answer } = read('one\n\nUser: two', size, { stop: ['User:', '\n\nU'] })
    expect(text).toBe('one')
    expect(answer.state).toBe('stopped')
    expect(read('one UserUse', size, { stop: ['User:'] }).text).toBe('one UserUse')
  })

  it('does not look for stop strings in thoughts', () => {
    expect(read('<think>a b</think>c', size, { stop: ['a', 'b'] })).toMatchObject({
      reasoning: 'a b',
      text: 'c',
    })
  })

  it('reads several calls, the text before them, and arguments with brackets in strings', () => {
    const input = '{"q": "}]\\"{", "deep": [{"a": 1}]}'
    const call = (name: string, value: string) =>
      `<tool_call>\n{"name": "${name}", "arguments": ${value}}\n</tool_call>`
    const { text, calls, answer } = read(
      `Let me see. \n${call('get_time', input)}\n${call('get', '{}')}`,
      size,
      { tools: toolsOf(hermes) },
    )
    expect(text).toBe('Let me see.')
    expect(calls).toEqual([
      { name: 'get_time', arguments: input },
      { name: 'get', arguments: '{}' },
    ])
    expect(answer.calls).toBe(2)
  })

  it('drops the empty lines before a call', () => {
    const { text, calls } = read('\n\n<tool_call>\n{"name": "get", "arguments": {}}\n</tool_call>', size, {
      tools: toolsOf(hermes),
    })
    expect(text).toBe('')
    expect(calls).toHaveLength(1)
  })

  it('reads the notations of Mistral and Llama', () => {
    const mistral = detectToolFormat('{{ tools }}[TOOL_CALLS]').format
    const both = '[TOOL_CALLS][{"name": "get", "arguments": {}}, {"name": "get_time", "arguments": {"a": 1}}]'
    expect(read(both, size, { tools: toolsOf(mistral) }).calls).toHaveLength(2)
    const args = detectToolFormat('{{ tools }}[TOOL_CALLS][ARGS]').format
    expect(read('[TOOL_CALLS]get[ARGS]{"a": 2}', size, { tools: toolsOf(args) }).calls).toEqual([
      { name: 'get', arguments: '{"a": 2}' },
    ])
    const llama = detectToolFormat('{{ tools }}<|start_header_id|> "parameters": ').format
    expect(read('{"name": "get", "parameters": {"a": 3}}', size, { tools: toolsOf(llama) }).calls).toEqual([
      { name: 'get', arguments: '{"a": 3}' },
    ])
    expect(read('Like {"name": 1}', size, { tools: toolsOf(llama) })).toMatchObject({
      text: 'Like {"name": 1}',
      calls: [],
    })
  })

  it('gives a marker that was never finished as text', () => {
    expect(read('a <tool_ca', size, { tools: toolsOf(hermes) }).text).toBe('a <tool_ca')
  })
})

it('tells how far a piece reached beyond the opening of a call', () => {
  const answer = createAnswer({
    stop: [],
    tools: toolsOf(hermes),
    start: 'text',
    mayThink: false,
    ruledText: false,
  })
  expect(answer.push('ok <tool_')).toMatchObject({ beyond: '' })
  expect(answer.push('call>\n{')).toMatchObject({ beyond: '\n{' })
  answer.forgetPending()
  expect(answer.push('\n{"name": "get", "arguments": {}').parts).toMatchObject([
    { name: 'get' },
    { arguments: '{}' },
  ])
})

it('counts a call only when it is complete', () => {
  expect(
    read('<tool_call>\n{"name": "get", "arguments": {"a": ', 4, { tools: toolsOf(hermes) }).answer.calls,
  ).toBe(0)
})

it('gives nothing of a text under a grammar that came in one piece with the end of the thought', () => {
  const answer = createAnswer({ stop: [], tools: null, start: 'thought', mayThink: false, ruledText: true })
  expect(answer.push('hm</think>\n{"a')).toEqual({
    parts: [{ type: 'reasoning', text: 'hm' }],
    beyond: '\n{"a',
  })
  answer.forgetPending()
  expect(answer.push('{}').parts).toEqual([{ type: 'text', text: '{}' }])
})
