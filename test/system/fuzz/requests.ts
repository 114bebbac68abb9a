// Requests made from the OpenAPI document: a route, its path, query, headers and body, each now and then of the kind
// that no honest client sends. The same random function makes the same request, but for the ids of what is there.
import { chance, hostileTexts, pick, type Random, type Schema, valueFor } from './values.ts'

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

export interface FuzzRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
}

/** How often a part of a request is something else than its schema says. */
const hostility = 0.06

/** Its answer depends on who else is on the real network: other tests look around one of their own. */
const looksAround = '/hob/v1/discover'

/** Ends the session that it comes with; matrix.test.ts asks for it. */
const signsOut = 'DELETE /hob/v1/session'

/** Never: `CONNECT` has no answer, and is among the raw bytes of bytes.ts. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY']

const besides = ['/', '/healthz', '/readyz', '/metrics', '/openapi.json', '/hob/v1/live', '/claim', '/chat']

export function requestMaker(document: OpenApi): (next: Random, ids: readonly string[]) => FuzzRequest {
  const resolve = (reference: string): Schema =>
    document.components.schemas[reference.split('/').at(-1) ?? ''] ?? {}
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
  const tried = routes.filter(({ method, path }) => `${method} ${path}` !== signsOut)
  const of = (next: Random, schema: Schema): unknown => valueFor(next, schema, resolve, hostility)

  return (next, ids) => {
    if (chance(next, 0.1)) return strayRequest(next)
    const { method, path, operation } = pick(next, tried)
    const target = pathFor(next, path, ids) + queryFor(next, path, operation, of)
    const schema = operation.requestBody?.content['application/json']?.schema
    const body = schema === undefined ? strayBody(next) : bodyFor(next, brief(next, path, of(next, schema)))
    return {
      method: chance(next, 0.94) ? method : pick(next, methods),
      target,
      headers: headersFor(next, body),
      body,
    }
  }
}

function strayRequest(next: Random): FuzzRequest {
  const body = strayBody(next)
  const path = chance(next, 0.4)
    ? pick(next, besides)
    : `/${Array.from({ length: Math.floor(next() * 5) }, () => segment(next)).join('/')}`
  const method = chance(next, 0.6) ? 'GET' : pick(next, methods)
  return { method, target: path + strayQuery(next), headers: headersFor(next, body), body }
}

const rawSegments = [
  '..',
  '.',
  '',
  '%',
  '%zz',
  '%00',
  '%2e%2e',
  '%252e%252e',
  'hob',
  'v1',
  'HOB',
  ';x',
  '\\',
  '*',
  '~',
  '%ff%fe',
]

const segment = (next: Random): string =>
  chance(next, 0.5)
    ? pick(next, rawSegments)
    : encodeURIComponent(pick(next, hostileTexts).slice(0, 500).toWellFormed())

const pathFor = (next: Random, path: string, ids: readonly string[]): string =>
  path.replaceAll(/\{\w+\}/g, () => (chance(next, 0.6) ? encodeURIComponent(pick(next, ids)) : segment(next)))

function queryFor(
  next: Random,
  path: string,
  { parameters = [] }: Operation,
  of: (next: Random, schema: Schema) => unknown,
): string {
  if (path === looksAround) return `?seconds=${pick(next, ['0', '11', '-1', '1.5', 'x', ''])}`
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query' && chance(next, 0.5))
    .map(({ name, schema }) => {
      const value = of(next, schema)
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      return `${name}=${encodeURIComponent(text.slice(0, 4_000).toWellFormed())}`
    })
  if (chance(next, 0.05)) pairs.push(...pairs)
  return pairs.length === 0 ? strayQuery(next) : `?${pairs.join('&')}`
}

const strayQuery = (next: Random): string =>
  chance(next, 0.9)
    ? ''
    : pick(next, ['?', '?&&=&', '?%', '?a[b][c]=1', '?__proto__=1', `?${'a=1&'.repeat(900)}`, '?token=x'])

/** An answer of a hundred thousand words is no crash, but no test waits for it. */
function brief(next: Random, path: string, value: unknown): unknown {
  if (!/completions$|messages$/.test(path)) return value
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { min_tokens: _, max_completion_tokens: __, ...rest } = value as Record<string, unknown>
  const most = pick<unknown>(next, [1, 2, 3, 3, 3, 0, -1, 1.5, 1e9, 'x'])
  return { ...rest, [path.endsWith('messages') ? 'maxTokens' : 'max_tokens']: most }
}

const strayBody = (next: Random): Buffer | null =>
  chance(next, 0.7) ? null : bodyFor(next, pick<unknown>(next, [{}, [], null, 1, 'x']))

const breakages: readonly ((text: string) => string | Buffer)[] = [
  (text) => text.slice(0, Math.floor(text.length / 2)),
  // a key twice: the later one counts, whatever the earlier one was
  (text) => text.replace(/^\{"(\w+)":/, '{"$1":{"role":"owner"},"$1":'),
  (text) => `${text}${text}`,
  (text) => `\ufeff${text}`,
  (text) => `${text}\0`,
  (text) => `/* */ ${text}`,
  (text) => text.replaceAll('"', "'"),
  (text) => text.replace(/\d+/, '1e999'),
  (text) => text.replace(/\d+/, '-01'),
  (text) => `${' '.repeat(100_000)}${text}`,
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xed, 0xa0, 0x80, 0xff])]),
  () => '',
  () => '['.repeat(70),
  () => '['.repeat(50_000),
  () => `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`,
  () => `{"a":"${'\\u0000'.repeat(1_000)}"}`,
]

function bodyFor(next: Random, value: unknown): Buffer {
  const text = JSON.stringify(value) ?? 'undefined'
  return Buffer.from(chance(next, 0.9) ? text : pick(next, breakages)(text))
}

/** Values are what a header can carry (RFC 9110 §5.5): anything else is among the raw bytes. */
const strayHeaders: readonly (readonly [string, string])[] = [
  ['content-type', 'text/plain'],
  ['content-type', 'application/json; charset=utf-16'],
  ['content-type', 'application/json/..'],
  ['content-type', 'multipart/form-data'],
  ['content-encoding', 'gzip'],
  ['accept', 'application/xml;q=2, */'],
  ['accept-encoding', 'br, gzip;q=99999999999'],
  ['accept-language', 'x-'.repeat(200)],
  ['authorization', 'Bearer'],
  ['authorization', 'Bearer hob_x'],
  ['authorization', 'Basic b3duZXI6b3duZXI='],
  ['cookie', '__Host-hob=; __Host-hob=x; a="'],
  ['origin', 'null'],
  ['origin', 'https://evil.example'],
  ['host', 'evil.example'],
  ['host', 'localhost:99999'],
  ['sec-fetch-site', 'cross-site'],
  ['x-forwarded-for', '127.0.0.1, ::1'],
  ['x-hob-principal', 'eyJ1c2VyIjoieCJ9'],
  ['x-request-id', '../../x'],
  ['x-http-method-override', 'DELETE'],
  ['range', 'bytes=0-,5-'],
  ['if-none-match', '*'],
  ['if-modified-since', 'yesterday'],
  ['expect', '100-continue'],
  ['expect', 'a miracle'],
  ['user-agent', '\u00ff'.repeat(2_000)],
  ['x-long', 'a'.repeat(9_000)],
  ['upgrade', 'h2c'],
  ['te', 'gzip'],
  ['max-forwards', '0'],
]

function headersFor(next: Random, body: Buffer | null): Record<string, string> {
  const headers: Record<string, string> = body === null ? {} : { 'content-type': 'application/json' }
  while (chance(next, 0.15)) {
    const [name, value] = pick(next, strayHeaders)
    headers[name] = value
  }
  return headers
}
