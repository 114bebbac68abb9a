// What a broken or hostile client sends: each request gets a 4xx in our shape, with code and remedy, and costs no memory.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Box, startBox } from './box.ts'

let box: Box
beforeAll(async () => {
  box = await startBox()
})
afterAll(() => box.stop())

interface Answer {
  status: number
  /** The code's header: all that a refused WebSocket upgrade has. */
  code: string
  body: string
}

/** Sends raw bytes, since fetch would correct or refuse most of what is sent here. */
function send(bytes: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(box.port, '127.0.0.1', () => socket.write(bytes))
    const chunks: Buffer[] = []
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')))
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const answer = parse(Buffer.concat(chunks).toString('utf8'))
      if (answer !== null) {
        resolve(answer)
        socket.destroy()
      }
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`closed after ${Buffer.concat(chunks).toString('utf8')}`)))
  })
}

function parse(text: string): Answer | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
  const code = /x-hob-error: (\w+)/i.exec(text)?.[1] ?? ''
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN)
  const body = text.slice(end + 4)
  if (/transfer-encoding: chunked/i.test(text))
    return body.endsWith('0\r\n\r\n') ? { status, code, body: body.split('\r\n')[1] ?? '' } : null
  return Buffer.byteLength(body) >= length ? { status, code, body } : null
}

const request = (
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
  method = 'POST',
): Buffer => {
  const bytes = Buffer.from(body)
  const all = {
    host: `127.0.0.1:${box.port}`,
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    ...box.headers,
    ...headers,
  }
  const head = Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n`), bytes])
}

const chat = (change: object): string =>
  JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'hi' }], max_tokens: 2, ...change })
const at = '/v1/chat/completions'

type Attack = readonly [name: string, bytes: () => string | Buffer, status: number, code: string]

const attacks: readonly Attack[] = [
  ['no body', () => request(at, ''), 400, 'invalid_json'],
  ['not JSON', () => request(at, '{"model":'), 400, 'invalid_json'],
  ['JSON that is no object', () => request(at, '[]'), 400, 'invalid_request'],
  ['a number for a body', () => request(at, '42'), 400, 'invalid_request'],
  [
    'invalid UTF-8',
    () => request(at, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
    400,
    'invalid_json',
  ],
  [
    'a lone surrogate in UTF-8',
    () =>
      request(at, Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')])),
    400,
    'invalid_json',
  ],
  ['100,000 brackets deep', () => request(at, '['.repeat(100_000)), 400, 'invalid_json'],
  ['deep objects', () => request(at, `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`), 400, 'invalid_json'],
  ['a body beyond the limit', () => request(at, Buffer.alloc(9 * 1024 * 1024, 0x20)), 413, 'body_too_large'],
  [
    'a lying length of a gigabyte',
    () => request(at, '{}', { 'content-length': '1073741824' }),
    413,
    'body_too_large',
  ],
  [
    'a form post',
    () => request(at, 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'unsupported_media_type',
  ],
  [
    'text/plain JSON',
    () => request(at, chat({}), { 'content-type': 'text/plain' }),
    415,
    'unsupported_media_type',
  ],
  [
    'nothing, said to be text',
    () => request('/hob/v1/session', '', { 'content-type': 'text/plain' }),
    415,
    'unsupported_media_type',
  ],
  ['no messages', () => request(at, '{"model":"auto"}'), 400, 'invalid_request'],
  ['empty messages', () => request(at, chat({ messages: [] })), 400, 'invalid_request'],
  ['messages of a wrong type', () => request(at, chat({ messages: 'hi' })), 400, 'invalid_request'],
  [
    '2,001 messages',
    () =>
      request(at, chat({ messages: Array.from({ length: 2_001 }, () => ({ role: 'user', content: 'x' })) })),
    400,
    'invalid_request',
  ],
  [
    'an unknown role',
    () => request(at, chat({ messages: [{ role: 'god', content: 'hi' }] })),
    400,
    'invalid_request',
  ],
  [
    'a number for content',
    () => request(at, chat({ messages: [{ role: 'user', content: 7 }] })),
    400,
    'invalid_request',
  ],
  [
    'an image part, which the model cannot see',
    () =>
      request(
        at,
        chat({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }),
      ),
    400,
    'invalid_request',
  ],
  ['an unknown model', () => request(at, chat({ model: 'gpt-9' })), 404, 'model_not_found'],
  ['a path for a model', () => request(at, chat({ model: '../../etc/passwd' })), 404, 'model_not_found'],
  ['a number for a model', () => request(at, chat({ model: 5 })), 400, 'invalid_request'],
  ['negative max_tokens', () => request(at, chat({ max_tokens: -1 })), 400, 'invalid_request'],
  ['a fraction of a token', () => request(at, chat({ max_tokens: 1.5 })), 400, 'invalid_request'],
  ['a billion tokens', () => request(at, chat({ max_tokens: 1e9 })), 400, 'invalid_request'],
  ['temperature 3', () => request(at, chat({ temperature: 3 })), 400, 'invalid_request'],
  ['temperature as text', () => request(at, chat({ temperature: 'hot' })), 400, 'invalid_request'],
  ['top_p 0', () => request(at, chat({ top_p: 0 })), 400, 'invalid_request'],
  ['n of 1,000', () => request(at, chat({ n: 1_000 })), 400, 'invalid_request'],
  ['n of 0', () => request(at, chat({ n: 0 })), 400, 'invalid_request'],
  ['100 stop strings', () => request(at, chat({ stop: Array(100).fill('x') })), 400, 'invalid_request'],
  ['an empty stop string', () => request(at, chat({ stop: '' })), 400, 'invalid_request'],
  ['top_logprobs 99', () => request(at, chat({ logprobs: true, top_logprobs: 99 })), 400, 'invalid_request'],
  [
    'a tool with a bad name',
    () => request(at, chat({ tools: [{ type: 'function', function: { name: 'rm -rf /' } }] })),
    400,
    'invalid_request',
  ],
  [
    'a tool choice that is no tool',
    () =>
      request(
        at,
        chat({
          tools: [{ type: 'function', function: { name: 'a' } }],
          tool_choice: { type: 'function', function: { name: 'b' } },
        }),
      ),
    400,
    'invalid_request',
  ],
  [
    'a schema that cannot be enforced',
    () =>
      request(
        at,
        chat({
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'x', schema: { type: 'string', pattern: '(a+)+$' } },
          },
        }),
      ),
    400,
    'schema_unsupported',
  ],
  [
    'an unknown response format',
    () => request(at, chat({ response_format: { type: 'xml' } })),
    400,
    'invalid_request',
  ],
  [
    'a prompt beyond the context',
    () => request(at, chat({ messages: [{ role: 'user', content: 'word '.repeat(60_000) }] })),
    400,
    'context_length_exceeded',
  ],
  [
    'completions without a prompt',
    () => request('/v1/completions', '{"model":"auto"}'),
    400,
    'invalid_request',
  ],
  [
    'embeddings of nothing',
    () => request('/v1/embeddings', '{"model":"auto","input":[]}'),
    400,
    'invalid_request',
  ],
  [
    '3,000 embeddings at once',
    () => request('/v1/embeddings', JSON.stringify({ input: Array(3_000).fill('x') })),
    400,
    'invalid_request',
  ],
  [
    'a method that the path does not take',
    () => request('/v1/chat/completions', '', {}, 'GET'),
    405,
    'method_not_allowed',
  ],
  ['a path that is not there', () => request('/v1/nothing', '{}'), 404, 'not_found'],
  ['a traversal', () => request('/../../etc/passwd', '', {}, 'GET'), 404, 'not_found'],
  [
    'an encoded traversal',
    () => request('/assets/%2e%2e%2f%2e%2e%2fpackage.json', '', {}, 'GET'),
    404,
    'not_found',
  ],
  ['a NUL in the path', () => request('/v1/models/a%00b', '', {}, 'GET'), 404, 'model_not_found'],
  [
    'a conversation id of another kind',
    () => request('/hob/v1/conversations/..%2f..%2fx', '', {}, 'GET'),
    400,
    'invalid_request',
  ],
  ['a foreign Host', () => request(at, chat({}), { host: 'evil.example' }), 421, 'host_not_allowed'],
  [
    'a Host that only ends in localhost',
    () => request('/v1/models', '', { host: 'localhost.evil.example' }, 'GET'),
    421,
    'host_not_allowed',
  ],
  [
    'a foreign Origin',
    () => request(at, chat({}), { origin: 'https://evil.example' }),
    403,
    'origin_not_allowed',
  ],
  ['Origin null', () => request(at, chat({}), { origin: 'null' }), 403, 'origin_not_allowed'],
  [
    'a page of another port',
    () => request(at, chat({}), { origin: 'http://127.0.0.1:9' }),
    403,
    'origin_not_allowed',
  ],
  [
    'a cross-site request without Origin',
    () =>
      request('/hob/v1/status', '', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 'GET'),
    403,
    'origin_not_allowed',
  ],
  [
    'a WebSocket from a foreign Origin',
    () =>
      request(
        '/hob/v1/live',
        '',
        {
          origin: 'https://evil.example',
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
        'GET',
      ),
    403,
    'origin_not_allowed',
  ],
  [
    'a WebSocket to a foreign Host',
    () =>
      request(
        '/hob/v1/live',
        '',
        {
          host: 'evil.example',
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
        'GET',
      ),
    421,
    'host_not_allowed',
  ],
  ['a plain GET of the WebSocket', () => request('/hob/v1/live', '', {}, 'GET'), 426, 'upgrade_required'],
  [
    'headers of 64 KiB',
    () => request('/v1/models', '', { 'x-large': 'a'.repeat(65_536) }, 'GET'),
    431,
    'header_too_large',
  ],
  ['no HTTP at all', () => '\u0016\u0003\u0001\u0002\u0000\r\n\r\n', 400, 'bad_http'],
  [
    'a header with a line break inside',
    () => `GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: a\r\n\0b\r\n\r\n`,
    400,
    'bad_http',
  ],
  [
    'a model from nowhere',
    () => request('/hob/v1/models', JSON.stringify({ source: '/no/such/file.gguf' })),
    404,
    'file_not_found',
  ],
  [
    'a model from the cloud’s metadata address',
    () => request('/hob/v1/models', JSON.stringify({ source: 'http://169.254.169.254/latest.gguf' })),
    403,
    'url_not_allowed',
  ],
  [
    'a model from loopback',
    () => request('/hob/v1/models', JSON.stringify({ source: 'http://127.0.0.1:9/x.gguf' })),
    403,
    'url_not_allowed',
  ],
  [
    'a model by file URL',
    () => request('/hob/v1/models', JSON.stringify({ source: 'file:///etc/passwd' })),
    403,
    'url_not_allowed',
  ],
  [
    'a model with a traversal for a name',
    () => request('/hob/v1/models', JSON.stringify({ source: '/x.gguf', name: '../x' })),
    400,
    'invalid_request',
  ],
  [
    'removing a model outside the folder',
    () => request('/hob/v1/models/..%2f..%2fetc', '', {}, 'DELETE'),
    404,
    'model_not_found',
  ],
]

describe('a hostile request', () => {
  test.each(attacks)('%s is refused', async (name, bytes, status, code) => {
    const answer = await send(bytes())
    expect(answer.status, answer.body).toBe(status)
    if (name.startsWith('a WebSocket')) {
      expect(answer.code).toBe(code)
      return
    }
    const { error } = JSON.parse(answer.body) as { error: { code: string; message: string; remedy: string } }
    expect(error.code).toBe(code)
    expect(error.message.length).toBeGreaterThan(5)
    expect(error.remedy.length).toBeGreaterThan(5)
  })

  test('costs no memory: after a few thousand of them the services grow no more', async () => {
    const small = attacks.filter(([name]) => !/gigabyte|beyond|context|brackets/.test(name))
    const resident = (): number =>
      [...box.processes()]
        .filter(([name]) => name === 'api' || name === 'models')
        .reduce((sum, [, pid]) => sum + residentBytes(pid), 0)
    const sizes: number[] = []
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < requestsInRound; i++) await send((small[i % small.length] ?? small[0])?.[1]() ?? '')
      sizes.push(resident())
    }
    // V8 lets its heap grow before it collects: only what comes after the first half counts
    const growth = Math.min(...sizes.slice(-2)) - Math.min(...sizes.slice(rounds / 2 - 1, rounds / 2 + 1))
    expect(growth, sizes.map((size) => Math.round(size / 2 ** 20)).join(' ')).toBeLessThan(16 * 2 ** 20)
  })
})

/** What is kept of each request is seen times 3,000: ten kilobytes would be 29 MiB. */
const rounds = 8
const requestsInRound = 1_000

const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
