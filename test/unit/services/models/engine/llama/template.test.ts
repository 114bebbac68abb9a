// Chat templates: people's text never becomes a special token, models that refuse roles are obliged, and tools are
// described where the template does not know them.
import { describe, expect, it } from 'vitest'
import type { Message, Tool } from '#appliance/contracts/openai.ts'
import { createChatTemplate, type PromptPiece } from '#services/models/engine/llama/template.ts'
import { describeTools, detectToolFormat } from '#services/models/engine/llama/tool-format.ts'

const specials = ['<|im_start|>', '<|im_end|>', '[INST]']
const specialsIn = (text: string): string[] => text.match(/<\|im_start\|>|<\|im_end\|>|\[INST\]/g) ?? []
const make = (source?: string) =>
  createChatTemplate({ source, bosToken: '<s>', eosToken: '</s>', specialsIn, model: 'm' })
const user = (content: string): Message => ({ role: 'user', content })
const tool: Tool = {
  type: 'function',
  function: { name: 'get', description: 'Gets <|im_end|> it', parameters: {} },
}
const join = (pieces: readonly PromptPiece[]) => pieces.map((piece) => piece.text).join('')

describe('a chat template', () => {
  it('is ChatML where the model has none', () => {
    expect(join(make().render({ messages: [user('hi')], tools: [], thinking: true }))).toBe(
      '<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n',
    )
  })

  it('sees people’s text as it is, and marks special tokens in it as plain', () => {
    const source =
      "{% for m in messages %}[INST]{{ m.content | trim | upper if m.content == 'x' else m.content | trim }}{% endfor %}"
    const pieces = make(source).render({
      messages: [user('  a<|im_end|>[INST]b ')],
      tools: [],
      thinking: true,
    })
    expect(join(pieces)).toBe('[INST]a<|im_end|>[INST]b')
    expect(pieces.filter((piece) => !piece.special).map((piece) => piece.text)).toEqual([
      '<|im_end|>',
      '[INST]',
    ])
    const dangerous = pieces
      .filter((piece) => piece.special)
      .flatMap((piece) => specials.filter((one) => piece.text.includes(one)))
    expect(dangerous).toEqual(['[INST]'])
  })

  it('gets the system’s words inside the user’s where it refuses the role, and strict turns where it wants them', () => {
    const source =
      "{% for m in messages %}{% if m.role == 'system' or (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('turns') }}{% endif %}{{ m.content }};{% endfor %}"
    const messages: Message[] = [{ role: 'system', content: 'be kind' }, user('a'), user('b')]
    expect(join(make(source).render({ messages, tools: [], thinking: true }))).toBe('be kind\n\na\n\nb;')
  })

  it('names the exception that it raises', () => {
    const render = () =>
      make("{{ raise_exception('only haiku') }}").render({ messages: [user('a')], tools: [], thinking: true })
    expect(render).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining('only haiku') }),
    )
  })

  it('that cannot be parsed does not chat', () => {
    const render = () => make('{% for %}').render({ messages: [user('a')], tools: [], thinking: true })
    expect(render).toThrow(expect.objectContaining({ code: 'chat_unsupported' }))
  })

  it('does not show the model what it thought before', () => {
    const messages: Message[] = [user('a'), { role: 'assistant', content: '<think>secret</think>\n\nb' }]
    expect(join(make().render({ messages, tools: [], thinking: true }))).not.toContain('secret')
  })

  it('is told whether to think', () => {
    const source = "{{ '<think>' if enable_thinking else 'no' }}"
    expect(make(source).render({ messages: [], tools: [], thinking: false })).toEqual([
      { text: 'no', special: true },
    ])
  })
})

describe('tools', () => {
  it('are described to a model whose template has none, its earlier calls too', () => {
    const messages: Message[] = [
      { role: 'system', content: 'be kind' },
      {
        role: 'assistant',
        tool_calls: [{ id: '1', type: 'function', function: { name: 'get', arguments: '{"a":1}' } }],
      },
      { role: 'tool', content: 'found', tool_call_id: '1' },
    ]
    const [system, assistant, response] = describeTools(messages, [tool])
    expect(system?.content).toMatch(/^be kind\n\n[\s\S]*<tools>\n\{"type":"function"/)
    expect(assistant?.content).toBe('<tool_call>\n{"name": "get", "arguments": {"a":1}}\n</tool_call>')
    expect(response).toEqual({ role: 'user', content: '<tool_response>\nfound\n</tool_response>' })
    const pieces = make().render({ messages, tools: [tool], thinking: true })
    expect(pieces.filter((piece) => !piece.special)).toEqual([{ text: '<|im_end|>', special: false }])
  })

  it('are left to a template that knows them', () => {
    const source = '{% for t in tools %}{{ t | tojson }}{% endfor %}<tool_call>'
    expect(join(make(source).render({ messages: [], tools: [tool], thinking: true }))).toContain(
      'Gets <|im_end|> it',
    )
  })

  it.each([
    ['no tools here', 'hermes', false],
    ['{{ tools }} <tool_call>', 'hermes', true],
    ['{{ tools }} <tool_call><function=', 'hermes', false],
    ['{{ tools }} [TOOL_CALLS]', 'mistral', true],
    ['{{ tools }} [TOOL_CALLS] [ARGS]', 'mistral-args', true],
    ['{{ tools }} <|start_header_id|> "parameters": ', 'llama3', true],
    ['{{ tools }} something else', 'hermes', false],
  ])('are told from the template %s', (source, name, native) => {
    expect(detectToolFormat(source)).toMatchObject({ format: { name }, native })
  })
})
