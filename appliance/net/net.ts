// The one door for everything that the box fetches from elsewhere. Checks where it goes (guard.ts), follows at most
// five redirects and checks each, and puts a limit on size, headers, silence and the whole. Owns no state; each call
// has a connection of its own. Nothing is decompressed: callers get the bytes that were sent.
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { HobError } from '../errors.ts'
import { isPublicAddress } from './addresses.ts'
import { piecesOf } from './body.ts'
import {
  checkedAddresses,
  parseUrl,
  publicUrl,
  type Resolve,
  type ResolvedAddress,
  resolveBySystem,
} from './guard.ts'

export interface OpenOptions {
  readonly signal: AbortSignal
  /** Of the body; more ends it with download_too_large. */
  readonly maxBytes: number
  readonly headers?: Readonly<Record<string, string>>
  /** Lets this call, its redirects included, reach addresses that are not public. */
  readonly allowPrivate?: boolean
  /** Until the last header has arrived, redirects included. */
  readonly headerTimeoutMs?: number
  /** Between two pieces of the body. */
  readonly idleTimeoutMs?: number
  readonly overallTimeoutMs?: number
}

export interface OpenResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Must be read or closed. Throws download_failed and download_too_large; the signal's reason when it is aborted. */
  readonly body: AsyncIterable<Uint8Array>
  close(): void
}

export interface Net {
  /** Throws url_not_allowed, download_failed, download_too_large. Any status but a redirect is an answer. */
  open(url: string, options: OpenOptions): Promise<OpenResponse>
  /** The whole body in memory, for small things. */
  fetch(
    url: string,
    options: OpenOptions,
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>
}

const maxRedirects = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export interface NetOptions {
  readonly resolve?: Resolve
  /** Which addresses need no permission; another one in tests alone. */
  readonly isPublic?: (address: string) => boolean
}

export function createNet({ resolve = resolveBySystem, isPublic = isPublicAddress }: NetOptions = {}): Net {
  async function open(text: string, options: OpenOptions): Promise<OpenResponse> {
    const { headerTimeoutMs = 15_000, idleTimeoutMs = 30_000, overallTimeoutMs } = options
    const first = parseUrl(text)
    const ended = new AbortController()
    const headersLate = AbortSignal.timeout(headerTimeoutMs)
    const all = [options.signal, ended.signal]
    if (overallTimeoutMs !== undefined) all.push(AbortSignal.timeout(overallTimeoutMs))
    const whole = AbortSignal.any(all)
    const untilHeaders = AbortSignal.any([whole, headersLate])

    let url = first
    let headers = options.headers ?? {}
    for (let redirect = 0; redirect <= maxRedirects; redirect++) {
      const response = await openOne(url, headers, untilHeaders, whole, options.allowPrivate === true)
      const location = response.headers.location
      if (!redirects.has(response.statusCode ?? 0) || location === undefined) {
        return answer(response, url, { ...options, idleTimeoutMs, whole, end: () => ended.abort() })
      }
      response.destroy()
      const next = parseUrl(location, url)
      if (url.protocol === 'https:' && next.protocol === 'http:') {
        throw new HobError('url_not_allowed', {
          url: publicUrl(next),
          detail: 'it was reached by a redirect from https to plain http',
        })
      }
      if (next.origin !== url.origin) headers = withoutSecrets(headers)
      url = next
    }
    throw new HobError('download_failed', {
      url: publicUrl(first),
      detail: `it redirects more than ${maxRedirects} times`,
    })
  }

  async function openOne(
    url: URL,
    headers: Readonly<Record<string, string>>,
    untilHeaders: AbortSignal,
    whole: AbortSignal,
    allowPrivate: boolean,
  ): Promise<IncomingMessage> {
    const addresses = await unlessAborted(
      checkedAddresses(url, { resolve, isAllowed: (address) => allowPrivate || isPublic(address) }),
      untilHeaders,
      url,
    )
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    return new Promise((fulfil, reject) => {
      const request = send(url, {
        agent: false,
        signal: whole,
        lookup: pinned(addresses),
        headers: { 'user-agent': 'hob', accept: '*/*', 'accept-encoding': 'identity', ...headers },
      })
      const late = (): void => {
        request.destroy()
        reject(asFailure(untilHeaders.reason, url))
      }
      untilHeaders.addEventListener('abort', late, { once: true })
      request.once('response', (response) => {
        untilHeaders.removeEventListener('abort', late)
        fulfil(response)
      })
      request.once('error', (error) => {
        untilHeaders.removeEventListener('abort', late)
        reject(asFailure(error, url))
      })
      request.end()
    })
  }

  return {
    open,
    async fetch(url, options) {
      const response = await open(url, options)
      const parts: Uint8Array[] = []
      for await (const part of response.body) parts.push(part)
      return { status: response.status, headers: response.headers, body: Buffer.concat(parts) }
    },
  }
}

/** Answers every look-up of the connection with what was checked, whatever a name server says now. */
function pinned(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const first = addresses[0]
    if (options.all === true) callback(null, [...addresses])
    else if (first === undefined) callback(new Error('no address'), '')
    else callback(null, first.address, first.family)
  }
}

async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal, url: URL): Promise<Value> {
  if (signal.aborted) throw asFailure(signal.reason, url)
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(asFailure(signal.reason, url))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

interface BodyOptions {
  readonly maxBytes: number
  readonly idleTimeoutMs: number
  readonly whole: AbortSignal
  readonly end: () => void
}

function answer(response: IncomingMessage, url: URL, options: BodyOptions): OpenResponse {
  const announced = Number(response.headers['content-length'] ?? 0)
  const tooLarge = (): HobError => new HobError('download_too_large', { limit: options.maxBytes })
  if (announced > options.maxBytes) {
    options.end()
    response.destroy()
    throw tooLarge()
  }
  const close = (): void => {
    response.destroy()
    options.end()
  }
  const pieces = piecesOf(response)
  async function* body(): AsyncGenerator<Uint8Array> {
    let received = 0
    try {
      for (;;) {
        const piece = await pieces.next(options.whole, options.idleTimeoutMs)
        if (piece === null) break
        received += piece.length
        if (received > options.maxBytes) throw tooLarge()
        yield piece
      }
    } catch (error) {
      throw asFailure(error, url)
    } finally {
      close()
    }
  }
  return { status: response.statusCode ?? 0, headers: response.headers, body: body(), close }
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  const secret = new Set(['authorization', 'cookie', 'proxy-authorization'])
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secret.has(name.toLowerCase())))
}

/** The caller's own abort stays what it is; everything else is download_failed in plain words. */
function asFailure(cause: unknown, url: URL): unknown {
  if (cause instanceof HobError) return cause
  const name = cause instanceof Error ? cause.name : ''
  if (name === 'AbortError') return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const plain: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nobody answers there',
    ECONNRESET: 'the connection broke',
    EHOSTUNREACH: 'there is no way to it',
    ENETUNREACH: 'there is no way to it',
    HPE_HEADER_OVERFLOW: 'its headers are too large',
  }
  const detail =
    name === 'TimeoutError'
      ? 'it did not answer in time'
      : (plain[code] ?? (cause instanceof Error ? cause.message : code))
  return new HobError('download_failed', { url: publicUrl(url), detail }, { cause })
}
