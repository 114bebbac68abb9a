// What a JSON Schema says about values without a grammar: which type it means, whether a value is of a type, whether two
// schemas can share one. Pure; owns nothing; for schema-grammar.ts.

export type Schema = Readonly<Record<string, unknown>>

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export function impliedType(schema: Schema): string | undefined {
  if (
    schema['properties'] !== undefined ||
    schema['required'] !== undefined ||
    schema['additionalProperties'] !== undefined
  )
    return 'object'
  if (
    schema['items'] !== undefined ||
    schema['prefixItems'] !== undefined ||
    schema['minItems'] !== undefined
  )
    return 'array'
  if (schema['minLength'] !== undefined || schema['maxLength'] !== undefined) return 'string'
  return undefined
}

export function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'integer':
      return Number.isInteger(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isSchema(value)
    default:
      return typeof value === type
  }
}

/** Whether no value can match two of the alternatives, as far as types, constants and required constants tell. */
export function disjoint(list: readonly unknown[], resolve: (pointer: string) => Schema): boolean {
  const seen = list.map((one) =>
    isSchema(one) && typeof one['$ref'] === 'string' ? resolve(one['$ref']) : one,
  )
  return seen.every((a, index) =>
    seen.slice(index + 1).every((b) => isSchema(a) && isSchema(b) && apart(a, b)),
  )
}

function apart(a: Schema, b: Schema): boolean {
  const fixedA = fixedValues(a)
  const fixedB = fixedValues(b)
  if (fixedA !== null && fixedB !== null) return !fixedA.some((value) => fixedB.includes(value))
  const typesA = typesOf(a)
  const typesB = typesOf(b)
  if (typesA !== null && typesB !== null && !typesA.some((type) => typesB.includes(type))) return true
  const propertiesA = isSchema(a['properties']) ? a['properties'] : {}
  const propertiesB = isSchema(b['properties']) ? b['properties'] : {}
  const both = listOf(a['required']).filter((key) => listOf(b['required']).includes(key))
  return both.some((key) => {
    const one = typeof key === 'string' ? propertiesA[key] : undefined
    const other = typeof key === 'string' ? propertiesB[key] : undefined
    return (
      isSchema(one) &&
      isSchema(other) &&
      fixedValues(one) !== null &&
      fixedValues(other) !== null &&
      apart(one, other)
    )
  })
}

function fixedValues(schema: Schema): string[] | null {
  if (schema['const'] !== undefined) return [JSON.stringify(schema['const'])]
  return Array.isArray(schema['enum']) ? schema['enum'].map((value) => JSON.stringify(value)) : null
}

function typesOf(schema: Schema): unknown[] | null {
  const fixed = schema['type'] ?? impliedType(schema)
  if (fixed === undefined) return null
  return [fixed].flat().map((type) => (type === 'integer' ? 'number' : type))
}
