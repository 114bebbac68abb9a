// From a request's prompt to tokens, in the model's own conventions: chat template, beginning-of-sequence, infill
// tokens. One for each loaded model; keeps nothing of a request.
import type { GenerateRequest } from '../engine.ts'
import type { LlamaModel, Token } from './binding.ts'
import { ownTokens } from './own-tokens.ts'
import { type ChatTemplate, createChatTemplate } from './template.ts'
import { callable } from './tool-format.ts'

export interface ReadyPrompt {
  readonly tokens: Token[]
  /** The answer begins inside a thought that the template opened. */
  readonly thinking: boolean
}

export interface PromptReader {
  readonly chat: ChatTemplate
  read(request: GenerateRequest): ReadyPrompt
}

export function createPromptReader(model: LlamaModel, modelName: string): PromptReader {
  const specialsIn = (text: string): string[] => {
    const found: string[] = []
    for (const token of model.tokenize(text, true)) {
      const attributes = model.getTokenAttributes(token)
      if (attributes.control || attributes.unknown) found.push(model.detokenize([token], true).trim())
    }
    return found.filter((spelling) => spelling !== '')
  }
  const chat = createChatTemplate({
    source: model.fileInfo.metadata.tokenizer?.chat_template,
    bosToken: model.tokens.bosString ?? '',
    eosToken: model.tokens.eosString ?? '',
    specialsIn,
    model: modelName,
  })

  const withBeginning = (tokens: Token[]): Token[] => {
    const { bos, shouldPrependBosToken } = model.tokens
    return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens
  }

  const readChat = (
    request: GenerateRequest,
    prompt: GenerateRequest['prompt'] & { kind: 'chat' },
  ): ReadyPrompt => {
    const forced = request.tools?.choice === 'required' && callable(request).length > 0
    const pieces = chat.render({
      messages: prompt.messages,
      tools: request.tools === null ? [] : prompt.tools,
      thinking: prompt.thinking && !forced && request.constraint === null,
    })
    const tokens: Token[] = []
    for (const { text, special } of pieces) {
      const more = model.tokenize(text, special, tokens.length > 0 ? 'trimLeadingSpace' : undefined)
      // not spread into push: a long text would overflow the stack
      for (const token of more) tokens.push(token)
    }
    const last = pieces.at(-1)?.text.trimEnd() ?? ''
    let thinking = last.endsWith('<think>')
    if (thinking && (!prompt.thinking || forced || request.constraint !== null)) {
      tokens.push(...model.tokenize('\n</think>\n\n', true, 'trimLeadingSpace'))
      thinking = false
    }
    if (forced) tokens.push(...model.tokenize(chat.toolFormat.open, true, 'trimLeadingSpace'))
    if (prompt.prefill !== undefined)
      tokens.push(...model.tokenize(prompt.prefill, false, 'trimLeadingSpace'))
    return { tokens: withBeginning(tokens), thinking }
  }

  const readInfill = (prefix: string, suffix: string): Token[] => {
    const { infill } = model.tokens
    if (infill.prefix === null || infill.suffix === null || infill.middle === null)
      return model.tokenize(prefix, false)
    return [
      infill.prefix,
      ...model.tokenize(prefix, false),
      infill.suffix,
      ...model.tokenize(suffix, false, 'trimLeadingSpace'),
      infill.middle,
    ]
  }

  return {
    chat,
    read(request) {
      const { prompt } = request
      if (prompt.kind === 'chat') return readChat(request, prompt)
      if (prompt.kind === 'tokens')
        return { tokens: ownTokens(model, prompt.tokens, 'prompt'), thinking: false }
      const plain =
        prompt.kind === 'text' ? model.tokenize(prompt.text, false) : readInfill(prompt.prefix, prompt.suffix)
      return { tokens: withBeginning(plain), thinking: false }
    },
  }
}
