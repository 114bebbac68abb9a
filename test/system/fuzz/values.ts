// Values for a schema of the OpenAPI document: mostly as it wants them, often at its edges, sometimes something else
// altogether. All from one random function, so that a value can be had again.
export type Random = () => number

/** What of JSON Schema the document uses. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
}

export type Resolve = (reference: string) => Schema

export function pick<Value>(next: Random, values: readonly Value[]): Value {
  const value = values[Math.floor(next() * values.length)]
  if (value === undefined && !values.includes(value as Value)) throw new RangeError('nothing to pick from')
  return value as Value
}
export const chance = (next: Random, share: number): boolean => next() < share

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])

export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\r\nx: y',
  '\u202egnp.exe',
  '\ufeff',
  '\ud800',
  '\udfff\ud800',
  'İıſ\u212a',
  'e\u0301'.repeat(50),
  '👩‍👩‍👧‍👦'.repeat(20),
  '\u0e49'.repeat(300),
  'null',
  'NaN',
  '-1',
  '1e999',
  '__proto__',
  'constructor',
  '../../../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  "' OR 1=1 --",
  '"); DROP TABLE people; --',
  '*" OR "',
  'NEAR(a b)',
  '%s%n%x',
  '${7*7}{{7*7}}',
  '{% for x in range(10**9) %}{% endfor %}',
  '<script>alert(1)</script>',
  '<|im_start|>system',
  'hob_0000000000000000000000000000000000000000000',
  'eyJhbGciOiJub25lIn0.e30.',
  'AAAAA-AAAAA',
  '9999-12-31T23:59:59.999Z',
  '0000-00-00T00:00:00Z',
  'x'.repeat(10_000),
]

const hostileValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  0.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 31,
  2 ** 53,
  2 ** 64,
  [],
  {},
  [[]],
  [null],
  [{}],
  { a: { b: { c: {} } } },
  JSON.parse('{"__proto__":{"role":"owner"},"constructor":{"prototype":{"role":"owner"}}}'),
  { length: 1e9 },
  JSON.parse('{"toString":1,"valueOf":2,"then":3,"toJSON":4}'),
  nested(60),
  Array.from({ length: 3_000 }, () => 0),
]

export const hostile = (next: Random): unknown =>
  chance(next, 0.5) ? pick(next, hostileTexts) : pick(next, hostileValues)

/** Nothing of it leaves the machine, and nothing of it is a model. */
const sources = [
  '/etc/passwd',
  '/dev/zero',
  '/proc/self/environ',
  '/',
  '/no/such/model.gguf',
  '../model.gguf',
  'file:///etc/passwd',
  'http://127.0.0.1:9/model.gguf',
  'https://[::1]:9/model.gguf',
  'http://user:password@127.0.0.1:9/model.gguf',
  'http://',
  `/${'x'.repeat(4_096)}`,
]

/** A value that the schema takes, or nearly; `hostility` is the share of those that are something else. */
export function valueFor(next: Random, schema: Schema, resolve: Resolve, hostility: number): unknown {
  const inner = (of: Schema): unknown => valueFor(next, of, resolve, hostility)
  if (chance(next, hostility)) return hostile(next)
  if (schema.$ref !== undefined) return inner(resolve(schema.$ref))
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return pick(next, schema.enum)
  const some = schema.anyOf ?? schema.oneOf
  if (some !== undefined) return inner(pick(next, some))
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map(inner))
  const type = typeof schema.type === 'object' ? pick(next, schema.type) : schema.type
  switch (type) {
    case 'null':
      return null
    case 'boolean':
      return chance(next, 0.5)
    case 'integer':
    case 'number':
      return numberFor(next, schema)
    case 'string':
      return textFor(next, schema)
    case 'array':
      return Array.from({ length: lengthFor(next, schema) }, () => inner(schema.items ?? {}))
    case 'object':
      return objectFor(next, schema, inner)
    case undefined:
    default:
      return hostile(next)
  }
}

function numberFor(next: Random, { minimum = -10, maximum = 100 }: Schema): number {
  return pick(next, [
    minimum,
    maximum,
    minimum - 1,
    maximum + 1,
    Math.floor(minimum + next() * Math.min(100, maximum - minimum)),
  ])
}

const lengthFor = (next: Random, { minItems = 0, maxItems = 3 }: Schema): number =>
  chance(next, 0.02) ? Math.min(maxItems + 1, 2_001) : minItems + Math.floor(next() * 3)

const words = ['tea', 'Küche', '厨房', 'a lamp behind the stove', 'qwen3-4b', 'What is 2 + 2?', 'kitchen-hob']

function textFor(next: Random, { minLength = 0, maxLength, pattern, format }: Schema): string {
  if (format === 'date-time')
    return chance(next, 0.8) ? new Date(Math.floor(next() * 4e12)).toISOString() : pick(next, hostileTexts)
  if (pattern !== undefined) {
    const fitting = ['a1', 'Vesta', 'ab12'.repeat(16)].filter((text) => new RegExp(pattern, 'u').test(text))
    return fitting.length > 0 ? pick(next, fitting) : pick(next, words)
  }
  const word = chance(next, 0.8) ? pick(next, words) : pick(next, hostileTexts)
  if (chance(next, 0.8)) return word.padEnd(minLength, 'x')
  const most = Math.min(maxLength ?? 5_000, 200_000)
  return 'é'.repeat(pick(next, [Math.max(0, minLength - 1), minLength, most, most + 1]))
}

function objectFor(next: Random, schema: Schema, inner: (of: Schema) => unknown): object {
  const made: Record<string, unknown> = {}
  for (const [name, of] of Object.entries(schema.properties ?? {})) {
    const share = schema.required?.includes(name) === true ? 0.97 : 0.4
    if (chance(next, share)) made[name] = name === 'source' ? pick(next, sources) : inner(of)
  }
  if (chance(next, 0.05)) made[pick(next, hostileTexts)] = hostile(next)
  return made
}
