// What a schema may not ask for, how large its grammar may grow, and how it is written; that the grammars are right is
// shown with a model in test/contract/llama-child.test.ts.
import { describe, expect, it } from 'vitest'
import { literal } from '#services/models/engine/llama/grammar-rules.ts'
import { createGrammar } from '#services/models/engine/llama/schema-grammar.ts'

const compile = (schema: Record<string, unknown>, lenient = false): string => {
  const grammar = createGrammar({ lenient })
  return grammar.text(grammar.add(schema))
}

describe('a schema that cannot be enforced', () => {
  it.each([
    ['pattern', { type: 'string', pattern: '^a' }],
    ['minimum', { type: 'integer', minimum: 0 }],
    ['multipleOf', { type: 'number', multipleOf: 2 }],
    ['uniqueItems', { type: 'array', uniqueItems: true }],
    ['patternProperties', { type: 'object', patternProperties: {} }],
    ['not', { not: {} }],
    ['if', { type: 'object', if: {} }],
    ['allOf', { allOf: [{}, {}] }],
    ['oneOf', { oneOf: [{ type: 'integer' }, { type: 'number' }] }],
    ['anyOf beside properties', { anyOf: [{}], properties: { a: {} } }],
    ['$ref to https', { $ref: 'https://example.org/schema' }],
    ['$ref to #/$defs/gone', { $ref: '#/$defs/gone' }],
    ['$ref to #/__proto__', { $ref: '#/__proto__' }],
    [
      'required names b',
      { type: 'object', properties: { a: {} }, required: ['b'], additionalProperties: false },
    ],
    ['maxLength above', { type: 'string', maxLength: 100_000 }],
    ['maxItems below minItems', { type: 'array', minItems: 3, maxItems: 1 }],
    ['enum with 0', { type: 'string', enum: [1] }],
    ['type "date"', { type: 'date' }],
    ['a schema that is false', { type: 'array', items: false }],
    ['leads back to itself', { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }],
    ['leads back to itself', { $ref: '#' }],
  ])('is refused by the name of %s', (name, schema) => {
    expect(() => compile(schema)).toThrow(
      expect.objectContaining({ code: 'schema_unsupported', message: expect.stringContaining(name) }),
    )
  })

  it('is enforced as far as it can be when that was asked for', () => {
    const tool = {
      type: 'object',
      properties: { age: { type: 'integer', minimum: 0 }, when: { type: 'string', format: 'date' } },
    }
    expect(compile(tool, true)).toContain('root ::=')
  })
})

describe('the size of a grammar', () => {
  it('is bounded in depth, subschemas, alternatives and length', () => {
    let deep: Record<string, unknown> = { type: 'integer' }
    for (let level = 0; level < 60; level++) deep = { type: 'array', items: deep }
    const wide = {
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`p${i}`, {}])),
    }
    const long = { enum: Array.from({ length: 900 }, (_, i) => `${i}${'x'.repeat(600)}`) }
    const many = {
      type: 'object',
      properties: Object.fromEntries(
        Array.from({ length: 100 }, (_, i) => [
          `p${i}`,
          { type: 'array', prefixItems: Array.from({ length: 50 }, () => ({ type: 'integer' })) },
        ]),
      ),
    }
    for (const [schema, words] of [
      [deep, 'nesting'],
      [wide, '1001 properties'],
      [long, 'size'],
      [many, 'subschemas'],
    ] as const) {
      expect(() => compile(schema)).toThrow(words)
    }
  })
})

it('writes optional recursion, which has an end', () => {
  expect(compile({ type: 'object', properties: { next: { $ref: '#' } } })).toContain('"\\"next\\""')
})

it('quotes what a literal must quote', () => {
  expect(literal('a"b\\c\n')).toBe('"a\\"b\\\\c\\n"')
})
