// One conversation of the corpus, and the text that the chat template makes of it (the unit test compares both), cut
// into what is to be learnt and what is only read. Pure.
import { specials } from '../template.ts'

export type Turn =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'tool'; readonly result: string }
  | { readonly role: 'assistant'; readonly text: string }
  | { readonly role: 'call'; readonly name: string; readonly arguments: unknown }

export interface Dialogue {
  /** Names of the tools that are offered; none: an ordinary chat. */
  readonly tools: readonly string[]
  readonly turns: readonly Turn[]
}

export interface Segment {
  readonly text: string
  readonly kind: 'frame' | 'question' | 'answer'
}

const { endOfText, startOfTurn, endOfTurn } = specials

export function render({ tools, turns }: Dialogue): Segment[] {
  const segments: Segment[] = []
  const frame = (text: string): void => void segments.push({ text, kind: 'frame' })
  frame(endOfText)
  if (tools.length > 0) frame(`${startOfTurn}system\n<tools>${tools.join(' ')}</tools>${endOfTurn}\n`)
  for (const turn of turns) {
    switch (turn.role) {
      case 'user':
        frame(`${startOfTurn}user\n`)
        segments.push({ text: turn.text, kind: 'question' })
        frame(`${endOfTurn}\n`)
        break
      case 'tool':
        frame(`${startOfTurn}user\n<tool_response>\n${turn.result}\n</tool_response>${endOfTurn}\n`)
        break
      case 'assistant':
      case 'call':
        frame(`${startOfTurn}assistant\n`)
        segments.push({
          text: (turn.role === 'call' ? callText(turn) : turn.text) + endOfTurn,
          kind: 'answer',
        })
        frame('\n')
        break
    }
  }
  return segments
}

const callText = (call: { name: string; arguments: unknown }): string =>
  `<tool_call>\n{"name": "${call.name}", "arguments": ${spacedJson(call.arguments)}}\n</tool_call>`

/** As Jinja's tojson prints it: a space after colons and commas. */
export function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spacedJson(item)}`)
  return `{${members.join(', ')}}`
}
