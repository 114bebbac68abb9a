// JSON Schema (2020-12, as far as OpenAI's structured outputs use it) → GBNF, llama.cpp's grammar notation
// (https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md). What a grammar cannot enforce is refused by
// name, so that an answer that passed is valid; README.md lists what is supported. Pure; owns nothing.
import { HobError } from '#appliance/errors.ts'
import { withoutEnd } from './grammar-ends.ts'
import { arrayOf, basics, createRules, literal, mapOf } from './grammar-rules.ts'
import { disjoint, impliedType, isOfType, isSchema, listOf, type Schema } from './schema-values.ts'

const limits = {
  depth: 48,
  nodes: 4_000,
  alternatives: 1_000,
  repetitions: 1_500,
  grammarCharacters: 400_000,
} as const

/** Say nothing about what is valid, or (format) are annotations by default: https://json-schema.org/draft/2020-12. */
const refused = [
  'pattern', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'uniqueItems', 'contains',
  'minContains', 'maxContains', 'patternProperties', 'propertyNames', 'minProperties', 'maxProperties', 'dependentRequired',
  'dependentSchemas', 'dependencies', 'not', 'if', 'then', 'else', 'additionalItems', 'unevaluatedItems', '$dynamicRef',
] // biome-ignore format: a list of words
const annotations = new Set([
  'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly', '$schema', '$id', '$comment',
  '$defs', 'definitions', 'format', '$anchor', 'strict',
]) // biome-ignore format: a list of words

/**
 * A grammar under construction. `lenient` leaves out what cannot be enforced instead of refusing it: right for tools,
 * whose callers check arguments anyway, wrong for a response format.
 */
export function createGrammar({ lenient }: { lenient: boolean }) {
  const rules = createRules()
  const { anyObject, anyValue, define } = rules
  let nodes = 0

  const refuse = (detail: string): never => {
    throw new HobError('schema_unsupported', { detail })
  }

  const count = (schema: Schema, keyword: string): number | null => {
    const value = schema[keyword]
    if (value === undefined) return null
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      return refuse(`${keyword} must be a whole number`)
    }
    if (value <= limits.repetitions) return value
    return lenient ? null : refuse(`${keyword} above ${limits.repetitions}`)
  }

  return {
    define,
    anyObject,
    /** Adds a schema; returns its rule's name. References are looked up in the schema itself. */
    add(root: Schema): string {
      const references = new Map<string, string>()

      const resolve = (pointer: string): Schema => {
        if (!pointer.startsWith('#')) return refuse(`$ref to ${pointer}: only references inside the schema`)
        let at: unknown = root
        for (const part of pointer.slice(1).split('/').slice(1)) {
          const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
          at = Array.isArray(at)
            ? at[Number(key)]
            : isSchema(at) && Object.hasOwn(at, key)
              ? at[key]
              : undefined
        }
        return isSchema(at) ? at : refuse(`$ref to ${pointer}, which is not there`)
      }

      const reference = (pointer: string, depth: number): string => {
        const known = references.get(pointer)
        if (known !== undefined) return known
        const rule = define('')
        references.set(pointer, rule)
        rules.complete(rule, body(resolve(pointer), depth + 1))
        return rule
      }

      const visit = (schema: unknown, depth: number): string => {
        if (schema === true || schema === undefined) return anyValue()
        if (!isSchema(schema)) return refuse('a schema that is false or not an object')
        return define(body(schema, depth + 1))
      }

      const alternatives = (
        list: readonly unknown[],
        keyword: string,
        depth: number,
        type: unknown,
      ): string => {
        if (list.length === 0 || list.length > limits.alternatives) {
          return refuse(`${keyword} with ${list.length} alternatives`)
        }
        return list
          .map((one) =>
            visit(
              type !== undefined && isSchema(one) && one['type'] === undefined && one['$ref'] === undefined
                ? { ...one, type }
                : one,
              depth,
            ),
          )
          .join(' | ')
      }

      const object = (schema: Schema, depth: number): string => {
        const properties = isSchema(schema['properties']) ? schema['properties'] : {}
        const required = new Set(listOf(schema['required']).filter((key) => typeof key === 'string'))
        const extra = schema['additionalProperties']
        const members = Object.entries(properties)
        for (const key of required) {
          if (Object.hasOwn(properties, key)) continue
          if (extra === false) return refuse(`required names ${key}, which additionalProperties forbids`)
          members.push([key, extra ?? true])
        }
        if (members.length === 0) {
          if (extra === false) return '"{" ws "}"'
          return extra === undefined || extra === true ? anyObject() : mapOf(visit(extra, depth))
        }
        if (members.length > limits.alternatives) return refuse(`${members.length} properties`)
        // From the last member backwards: a rule for "the rest, when it comes first" and one for "after a comma".
        let first = define('""')
        let after = first
        for (const [key, value] of members.reverse()) {
          const pair = define(`${literal(JSON.stringify(key))} ":" ws ${visit(value, depth)}`)
          const nextFirst = required.has(key) ? `${pair} ${after}` : `${pair} ${after} | ${first}`
          const nextAfter = required.has(key)
            ? `"," ws ${pair} ${after}`
            : `"," ws ${pair} ${after} | ${after}`
          first = define(nextFirst)
          after = define(nextAfter)
        }
        return `"{" ws ${first} ws "}"`
      }

      const array = (schema: Schema, depth: number): string => {
        const min = count(schema, 'minItems') ?? 0
        const max = count(schema, 'maxItems')
        if (max !== null && max < min) return refuse('maxItems below minItems')
        if (schema['prefixItems'] !== undefined || Array.isArray(schema['items'])) {
          const tuple = listOf(schema['prefixItems'] ?? schema['items'])
          if (tuple.length === 0 || min > tuple.length || (max !== null && max < tuple.length)) {
            return refuse('prefixItems together with other lengths')
          }
          return `"[" ws ${tuple.map((item) => visit(item, depth)).join(' "," ws ')} ws "]"`
        }
        return arrayOf(visit(schema['items'], depth), min, max)
      }

      const text = (schema: Schema): string => {
        const min = count(schema, 'minLength')
        const max = count(schema, 'maxLength')
        if (min === null && max === null) return 'string'
        if (max !== null && max < (min ?? 0)) return refuse('maxLength below minLength')
        return `"\\"" char{${min ?? 0},${max ?? ''}} "\\""`
      }

      const typed = (type: unknown, schema: Schema, depth: number): string => {
        switch (type) {
          case 'object':
            return object(schema, depth)
          case 'array':
            return array(schema, depth)
          case 'string':
            return text(schema)
          case 'integer':
          case 'number':
          case 'boolean':
          case 'null':
            return type
          default:
            return refuse(`type ${JSON.stringify(type)}`)
        }
      }

      const values = (list: readonly unknown[], schema: Schema): string => {
        const types = schema['type'] === undefined ? null : [schema['type']].flat()
        const fitting = list.filter((value) => types === null || types.some((type) => isOfType(value, type)))
        if (fitting.length === 0 || fitting.length > limits.alternatives) {
          return refuse(`enum with ${fitting.length} values of its type`)
        }
        return fitting.map((value) => literal(JSON.stringify(value))).join(' | ')
      }

      const body = (schema: Schema, depth: number): string => {
        if (++nodes > limits.nodes) return refuse(`more than ${limits.nodes} subschemas`)
        if (depth > limits.depth) return refuse(`nesting deeper than ${limits.depth}`)
        for (const keyword of refused) {
          if (schema[keyword] !== undefined && schema[keyword] !== false && !lenient)
            refuse(`the keyword ${keyword}`)
        }
        const nullable = schema['nullable'] === true ? ' | null' : ''
        const beside = Object.keys(schema).filter((key) => !annotations.has(key) && key !== 'nullable')
        const alone = (keyword: string, ...allowed: string[]): void => {
          const other = beside.find(
            (key) => key !== keyword && !allowed.includes(key) && !refused.includes(key),
          )
          if (other !== undefined && !lenient) refuse(`${keyword} beside ${other}`)
        }

        if (typeof schema['$ref'] === 'string') {
          alone('$ref')
          return reference(schema['$ref'], depth) + nullable
        }
        if (schema['const'] !== undefined) {
          alone('const', 'type', 'enum')
          return values([schema['const']], schema) + nullable
        }
        if (schema['enum'] !== undefined) {
          alone('enum', 'type')
          return values(listOf(schema['enum']), schema) + nullable
        }
        if (schema['anyOf'] !== undefined) {
          alone('anyOf', 'type')
          return alternatives(listOf(schema['anyOf']), 'anyOf', depth, schema['type']) + nullable
        }
        if (schema['oneOf'] !== undefined) {
          alone('oneOf', 'type', 'discriminator')
          const list = listOf(schema['oneOf'])
          if (!lenient && !disjoint(list, resolve))
            refuse('oneOf whose alternatives are not told apart by type, const or enum')
          return alternatives(list, 'oneOf', depth, schema['type']) + nullable
        }
        if (schema['allOf'] !== undefined) {
          alone('allOf')
          const list = listOf(schema['allOf'])
          if (list.length !== 1) return lenient ? anyValue() : refuse('allOf with more than one schema')
          return visit(list[0], depth) + nullable
        }
        const type = schema['type'] ?? impliedType(schema)
        if (type === undefined) return anyValue()
        const types = [type].flat()
        if (types.length === 0) return refuse('an empty list of types')
        const grouped = types.map((one) =>
          types.length === 1 ? typed(one, schema, depth) : define(typed(one, schema, depth)),
        )
        return grouped.join(' | ') + nullable
      }

      const rule = define('')
      references.set('#', rule)
      rules.complete(rule, body(root, 0))
      return rule
    },
    /** The whole text; `root` is the body of the first rule. */
    text(root: string): string {
      const all = [...rules.bodies()].map(([rule, body]) => `${rule} ::= ${body}\n`).join('')
      const grammar = `root ::= ${root}\n${basics}${all}`
      if (grammar.length > limits.grammarCharacters) refuse('a schema of this size')
      const endless = withoutEnd(new Map([...rules.bodies(), ['root', root]]))
      if (endless) refuse('a $ref that leads back to itself without an end')
      return grammar
    },
  }
}
