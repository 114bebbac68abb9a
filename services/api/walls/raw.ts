// Answers in bytes, for connections on which no request was understood or which are no longer HTTP's.
import { STATUS_CODES } from 'node:http'
import { type ErrorCode, HobError, toErrorBody } from '#appliance/errors.ts'

/** A whole HTTP/1.1 answer, after which the connection ends. */
export function rawAnswer(status: number, headers: Readonly<Record<string, string>>, text: string): string {
  const head = Object.entries({
    ...headers,
    connection: 'close',
    'content-length': String(Buffer.byteLength(text)),
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head.join('')}\r\n${text}`
}

export function rawError(code: ErrorCode): string {
  const { status, body } = toErrorBody(new HobError(code))
  return rawAnswer(status, { 'content-type': 'application/json', 'x-hob-error': code }, JSON.stringify(body))
}
