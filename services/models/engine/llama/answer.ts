// Reads an answer as it is written and tells its parts apart: thought, text, tool calls. What might still become a
// marker or a stop string is held back until it is clear. Owns one answer's state; knows nothing of llama.cpp.
//
//   thought ──</think>──▶ text ──open──▶ calls
//      ▲                   │
//      └─<think>, first────┘          text ──stop string──▶ stopped
import { firstOf, heldBack } from './markers.ts'
import type { ToolFormat } from './tool-format.ts'

export type Part =
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  | { readonly type: 'tool'; readonly index: number; readonly name?: string; readonly arguments?: string }

export interface AnswerOptions {
  readonly stop: readonly string[]
  /** null: tool calls are not looked for. */
  readonly tools: { readonly format: ToolFormat; readonly names: readonly string[] } | null
  readonly start: 'text' | 'thought' | 'calls'
  /** Whether a `<think>` at the beginning opens a thought. */
  readonly mayThink: boolean
  /** The text after a thought stands under a grammar: it is not given out before it was written under it. */
  readonly ruledText: boolean
}

export type AnswerState = 'thought' | 'text' | 'calls' | 'stopped'

const openThought = '<think>'
const closeThought = '</think>'

export type Answer = ReturnType<typeof createAnswer>

export function createAnswer({ stop, tools, start, mayThink, ruledText }: AnswerOptions) {
  let state: AnswerState = start
  /** Not yet given out. */
  let pending = ''
  /** Nothing but space was seen in this state so far. */
  let fresh = true
  const calls = tools === null ? null : createCalls(tools)

  const parts: Part[] = []
  const give = (type: 'text' | 'reasoning', text: string): void => {
    // The line breaks around markers are the template's, not the answer's.
    const shown = fresh && (type === 'reasoning' || afterThought) ? text.replace(/^\s+/, '') : text
    if (shown === '') return
    fresh = false
    parts.push({ type, text: shown })
  }
  let afterThought = false

  /** One step; false when more text is needed. */
  const step = (): boolean => {
    if (state === 'thought') {
      const found = firstOf(pending, [closeThought])
      if (found === null) {
        const held = heldBack(pending, [closeThought])
        give('reasoning', pending.slice(0, pending.length - held))
        pending = pending.slice(pending.length - held)
        return false
      }
      give('reasoning', pending.slice(0, found.at))
      pending = pending.slice(found.at + closeThought.length)
      state = 'text'
      fresh = true
      afterThought = true
      return true
    }
    if (state !== 'text') return false

    const blank = fresh && pending.trim() === ''
    if (blank && (mayThink || afterThought || tools !== null)) return false
    const atStart = fresh ? pending.trimStart() : pending
    if (fresh && mayThink && !afterThought) {
      if (atStart.startsWith(openThought)) {
        pending = atStart.slice(openThought.length)
        state = 'thought'
        return true
      }
      if (openThought.startsWith(atStart)) return false
    }
    const open = tools === null || (tools.format.onlyFirst && !fresh) ? null : tools.format.open
    if (open !== null && tools?.format.onlyFirst === true) {
      if (atStart.startsWith(open)) {
        pending = atStart.slice(open.length)
        state = 'calls'
        return true
      }
      if (open.startsWith(atStart)) return false
    }
    const opening = open !== null && tools?.format.onlyFirst === false ? [open] : []
    const words = [...stop, ...opening]
    const found = firstOf(pending, words)
    if (found === null) {
      const clear = pending.slice(0, pending.length - heldBack(pending, words))
      // The empty lines before a call belong to it.
      const shown = opening.length > 0 ? clear.trimEnd() : clear
      give('text', shown)
      pending = pending.slice(shown.length)
      return false
    }
    const before = pending.slice(0, found.at)
    const calling = opening.includes(found.word)
    give('text', calling ? before.trimEnd() : before)
    pending = pending.slice(found.at + found.word.length)
    state = calling ? 'calls' : 'stopped'
    return true
  }

  return {
    get state(): AnswerState {
      return state
    },
    get calls(): number {
      return calls?.count() ?? 0
    },
    /** How much of the text pushed last lies behind a marker that changed the state to one under a grammar. */
    push(text: string): { parts: Part[]; beyond: string } {
      const before = state
      parts.length = 0
      pending += text
      const atRule = () => ruledText && before === 'thought' && state === 'text'
      while (!atRule() && step());
      let beyond = ''
      if (state === 'calls' && calls !== null) {
        if (before !== 'calls') beyond = pending
        else {
          parts.push(...calls.push(pending))
          pending = ''
        }
      } else if (atRule()) beyond = pending
      return { parts: parts.slice(), beyond }
    },
    /** Takes back what `beyond` told: it will be written again, under the grammar. */
    forgetPending(): void {
      pending = ''
    },
    /** The answer is over: what was held back is text after all. */
    end(): Part[] {
      parts.length = 0
      if (state === 'thought') give('reasoning', pending)
      if (state === 'text') give('text', pending)
      if (state === 'calls' && calls !== null) parts.push(...calls.push(pending))
      pending = ''
      return parts.slice()
    },
  }
}

/** The calls' own notation, exactly as the grammar lets the model write it. */
function createCalls({ format, names }: { format: ToolFormat; names: readonly string[] }) {
  let buffer = ''
  let index = -1
  let expect: 'begin' | 'head' | 'arguments' | 'tail' | 'between' = 'begin'
  let json = createJsonEnd()

  const literal = (text: string): boolean => {
    if (buffer.length < text.length || !buffer.startsWith(text)) return false
    buffer = buffer.slice(text.length)
    return true
  }

  const step = (parts: Part[]): boolean => {
    switch (expect) {
      case 'begin':
        if (!literal(format.begin)) return false
        expect = 'head'
        return true
      case 'head': {
        const name = names.find((one) => buffer.startsWith(format.head(one)))
        if (name === undefined) return false
        buffer = buffer.slice(format.head(name).length)
        index++
        json = createJsonEnd()
        parts.push({ type: 'tool', index, name })
        expect = 'arguments'
        return true
      }
      case 'arguments': {
        const end = json.find(buffer)
        const text = end === null ? buffer : buffer.slice(0, end)
        buffer = buffer.slice(text.length)
        if (text !== '') parts.push({ type: 'tool', index, arguments: text })
        if (end === null) return false
        expect = 'tail'
        return true
      }
      case 'tail':
        if (!literal(format.tail)) return false
        expect = 'between'
        return true
      case 'between':
        if (format.between === '' || !literal(format.between)) return false
        expect = 'head'
        return true
    }
    return false
  }

  return {
    /** How many calls were written to their end. */
    count: (): number => (expect === 'between' ? index + 1 : Math.max(0, index)),
    push(text: string): Part[] {
      const parts: Part[] = []
      buffer += text
      while (step(parts));
      return parts
    },
  }
}

/** Finds where a JSON object ends, over several pieces of text. */
function createJsonEnd() {
  let depth = 0
  let inString = false
  let escaped = false
  return {
    /** The length up to and with the closing bracket, or null when it is not in this piece. */
    find(text: string): number | null {
      for (let at = 0; at < text.length; at++) {
        const character = text[at]
        if (inString) {
          if (escaped) escaped = false
          else if (character === '\\') escaped = true
          else if (character === '"') inString = false
        } else if (character === '"') inString = true
        else if (character === '{' || character === '[') depth++
        else if (character === '}' || character === ']') {
          depth--
          if (depth === 0) return at + 1
        }
      }
      return null
    },
  }
}
