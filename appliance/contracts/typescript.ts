// The OpenAPI document in TypeScript: what `hob-client` gives its users, and how /reference shows a shape. In the form that
// openapi-fetch reads (paths → method → parameters, requestBody, responses). Run, it prints appliance/client/types.d.ts,
// which is committed and kept equal by a test. (openapi-typescript wants TypeScript 5's compiler beside our 7.)
import { z } from 'zod'
import { needKey } from './access.ts'
import { liveDataSchemas, liveEventSchema, liveHelloSchema } from './box.ts'
import { openApiDocument } from './openapi.ts'

/** As much of JSON Schema 2020-12 as the contracts use; anything else is a mistake in the generator, and told. */
const nodeSchema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  get anyOf() {
    return z.array(nodeSchema).optional()
  },
  get oneOf() {
    return z.array(nodeSchema).optional()
  },
  get allOf() {
    return z.array(nodeSchema).optional()
  },
  get items() {
    return nodeSchema.optional()
  },
  get properties() {
    return z.record(z.string(), nodeSchema).optional()
  },
  required: z.array(z.string()).optional(),
  get additionalProperties() {
    return z.union([z.boolean(), nodeSchema]).optional()
  },
})
type Node = z.infer<typeof nodeSchema>

const mediaSchema = z.record(z.string(), z.object({ schema: nodeSchema }))
type Media = z.infer<typeof mediaSchema>

const operationSchema = z.object({
  summary: z.string(),
  [needKey]: z.string(),
  parameters: z
    .array(
      z.object({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema: nodeSchema }),
    )
    .default([]),
  requestBody: z.object({ content: mediaSchema }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: mediaSchema.optional() })),
})
export type Operation = z.infer<typeof operationSchema>

const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
  components: z.object({ schemas: z.record(z.string(), nodeSchema) }),
})
export type Document = z.infer<typeof documentSchema>

export const readDocument = (version: string): Document => documentSchema.parse(openApiDocument(version))

type NameOf = (reference: string) => string

/** A schema as a type, on as many lines as it has fields. Throws TypeError for what it does not know. */
export function typeText(node: Node, nameOf: NameOf, indent = ''): string {
  const inner = (one: Node): string => typeText(one, nameOf, indent)
  if (node.$ref !== undefined) return nameOf(node.$ref.split('/').at(-1) ?? '')
  if (node.const !== undefined) return literal(node.const)
  if (node.enum !== undefined) return node.enum.map(literal).join(' | ')
  const either = node.anyOf ?? node.oneOf
  if (either !== undefined) return either.map(inner).join(' | ')
  if (node.allOf !== undefined) return node.allOf.map((one) => bracketed(inner(one))).join(' & ')
  if (Array.isArray(node.type)) return node.type.map((type) => inner({ ...node, type })).join(' | ')
  switch (node.type) {
    case 'string':
    case 'boolean':
    case 'null':
    case 'number':
      return node.type
    case 'integer':
      return 'number'
    case 'array':
      return `${bracketed(node.items === undefined ? 'unknown' : inner(node.items))}[]`
    case 'object':
      return objectText(node, nameOf, indent)
    case undefined:
      return 'unknown'
    default:
      throw new TypeError(`no type for ${JSON.stringify(node).slice(0, 200)}`)
  }
}

function objectText(node: Node, nameOf: NameOf, indent: string): string {
  const { properties = {}, required = [], additionalProperties: others } = node
  const fields = Object.entries(properties).map(
    ([name, value]): Field => [name, typeText(value, nameOf, `${indent}  `), required.includes(name)],
  )
  const open = typeof others === 'object' ? typeText(others, nameOf, `${indent}  `) : 'unknown'
  return fields.length === 0 ? `Record<string, ${open}>` : fieldsText(fields, indent)
}

type Field = readonly [name: string, type: string, required: boolean]

const fieldsText = (fields: readonly Field[], indent: string): string =>
  `{\n${fields.map(([name, type, required]) => `${indent}  ${key(name)}${required ? '' : '?'}: ${type}\n`).join('')}${indent}}`

const key = (name: string): string => (/^[\w$]+$/.test(name) ? name : `'${name}'`)
const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll(/['\\]/g, '\\$&')}'` : JSON.stringify(value)
/** Around a union: `[]` and `&` bind closer. */
const bracketed = (type: string): string => (/ [|&] /.test(type) ? `(${type})` : type)

/** What goes into the path or the query; null when nothing does. */
export function parametersText(
  { parameters }: Pick<Operation, 'parameters'>,
  where: 'path' | 'query',
  nameOf: NameOf,
  indent = '',
): string | null {
  const fields = parameters
    .filter((one) => one.in === where)
    .map(
      ({ name, required, schema }): Field => [
        name,
        typeText(schema, nameOf, `${indent}  `),
        required === true,
      ],
    )
  return fields.length === 0 ? null : fieldsText(fields, indent)
}

const component: NameOf = (name) => `components['schemas']['${name}']`

function operationText(operation: Operation): string {
  const deep = '      '
  const [path, query] = (['path', 'query'] as const).map((where) =>
    parametersText(operation, where, component, `${deep}  `),
  )
  const isOptional = operation.parameters.every((one) => one.in !== 'query' || one.required !== true)
  const content = (media: Media, inner = `${deep}  `): string =>
    fieldsText(
      Object.entries(media).map(([name, { schema }]) => [
        name,
        typeText(schema, component, `${inner}  `),
        true,
      ]),
      inner,
    )
  const answers = Object.entries(operation.responses).map(
    ([status, { content: media }]): Field => [
      status,
      `{\n${deep}    headers: Record<string, unknown>\n${deep}    content${media === undefined ? '?: never' : `: ${content(media, `${deep}    `)}`}\n${deep}  }`,
      true,
    ],
  )
  const { requestBody } = operation
  const body =
    requestBody === undefined ? null : fieldsText([['content', content(requestBody.content), true]], deep)
  return fieldsText(
    [
      [
        'parameters',
        fieldsText(
          [
            ['path', path ?? 'never', path != null],
            ['query', query ?? 'never', query != null && !isOptional],
            ['header', 'never', false],
            ['cookie', 'never', false],
          ],
          deep,
        ),
        true,
      ],
      ['requestBody', body ?? 'never', body !== null],
      ['responses', fieldsText(answers, deep), true],
    ],
    '    ',
  )
}

/** Each message of the live channel, by its type. */
function liveText(): string {
  const events = Object.entries(liveDataSchemas).map(([type, data]) =>
    liveEventSchema.extend({ type: z.literal(type), data }),
  )
  return [liveHelloSchema, ...events]
    .map((schema) => `\n  | ${typeText(nodeSchema.parse(z.toJSONSchema(schema)), component, '  ')}`)
    .join('')
}

export function clientTypes({ paths, components }: Document): string {
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `    ${name}: ${typeText(schema, component, '    ')}\n`,
  )
  const routes = Object.entries(paths).map(([path, methods]) => {
    const operations = Object.entries(methods).map(
      ([method, operation]) =>
        `    /** ${operation.summary} */\n    ${method}: ${operationText(operation)}\n`,
    )
    return `  '${path}': {\n${operations.join('')}  }\n`
  })
  return [
    '// Generated from the contracts (node appliance/contracts/typescript.ts > appliance/client/types.d.ts): the routes of a',
    '// box, the shapes that they share, the messages of the live channel.',
    `export interface paths {\n${routes.join('')}}`,
    `export interface components {\n  schemas: {\n${schemas.join('')}  }\n}`,
    `export type LiveMessage =${liveText()}\n`,
  ].join('\n')
}

if (import.meta.main) process.stdout.write(clientTypes(readDocument('1')))
