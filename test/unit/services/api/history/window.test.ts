// Which turns go to the model within its context, and what a conversation is called.
import { describe, expect, it } from 'vitest'
import { instruction, promptBudget, type Said, titleOf, windowOf } from '#services/api/history/window.ts'

const now = new Date(2026, 10, 21, 12)
const contents = (newestFirst: readonly Said[], budget: number) => windowOf(newestFirst, budget, now).slice(1)
const base = Math.ceil(Buffer.byteLength(instruction(now)) / 3) + 8

describe('the window', () => {
  it('begins with who answers and what day it is', () => {
    expect(windowOf([{ role: 'user', content: 'hi' }], 1_000, now)).toEqual([
      {
        role: 'system',
        content: expect.stringMatching(/Hob.*Saturday,? 21 November 2026.*language of the question/),
      },
      { role: 'user', content: 'hi' },
    ])
  })

  it('takes the newest turns that fit, and begins with a person', () => {
    const turns: Said[] = [
      { role: 'user', content: 'c'.repeat(30) },
      { role: 'assistant', content: 'b'.repeat(30) },
      { role: 'user', content: 'a'.repeat(30) },
    ]
    // 18 tokens each: 10 for the text, 8 around it
    expect(contents(turns, base + 3 * 18)).toEqual(turns.toReversed())
    expect(contents(turns, base + 3 * 18 - 1)).toEqual(turns.slice(0, 1))
  })

  it('counts three bytes of Chinese as a token', () => {
    const turns: Said[] = ['家'.repeat(10), '国', '国'.repeat(10)].map((content, i) => ({
      role: i === 1 ? 'assistant' : 'user',
      content,
    }))
    expect(contents(turns, base + 18 + 9 + 18)).toHaveLength(3)
    expect(contents(turns, base + 18 + 9 + 17)).toHaveLength(1)
  })

  it('always has the question, however long', () => {
    expect(contents([{ role: 'user', content: 'x'.repeat(9_000) }], 10)).toHaveLength(1)
  })

  it('leaves empty answers out and joins what one side said', () => {
    const turns: Said[] = [
      { role: 'user', content: 'again' },
      { role: 'assistant', content: '' },
      { role: 'user', content: 'first' },
    ]
    expect(contents(turns, 1_000)).toEqual([{ role: 'user', content: 'first\n\nagain' }])
  })

  it('leaves room for the answer', () => {
    expect(promptBudget(4_000)).toBe(3_000)
    expect(promptBudget(100_000)).toBe(97_952)
    expect(promptBudget(4_000, 100)).toBe(3_900)
    expect(promptBudget(4_000, 9_000)).toBe(2_000)
  })
})

describe('a title', () => {
  it('is the first line that says something', () => {
    expect(titleOf('\n  \r\n  Hello Hob \nmore')).toBe('Hello Hob')
    expect(titleOf(' \n ')).toBe('')
  })

  it('is cut at 60 characters as a person counts them', () => {
    const family = '👩‍👩‍👧‍👦'
    expect(titleOf(family.repeat(61))).toBe(`${family.repeat(60)}…`)
    expect(titleOf('é'.normalize('NFD').repeat(61))).toBe(`${'é'.normalize('NFD').repeat(60)}…`)
    expect(titleOf('x'.repeat(60))).toBe('x'.repeat(60))
    expect(titleOf(`a${'\u0301'.repeat(5_000)}`).length).toBeLessThan(1_010)
  })
})
