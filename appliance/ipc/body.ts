// Reads a JSON body strictly before any schema sees it: bounded in bytes, UTF-8 without replacement characters,
// bounded in depth (a deep value would overflow the stack of whoever walks it). Both services that take bodies use it.
import type { MiddlewareHandler } from 'hono'
import { HobError } from '../errors.ts'
import type { AppEnv } from './app.ts'

const deepest = 64

export function strictJson({ maxBytes }: { maxBytes: number }): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (!['POST', 'PUT', 'PATCH'].includes(c.req.method)) return await next()
    const encoding = c.req.header('content-encoding')
    // nothing is unpacked, so nothing small can become large
    if (encoding !== undefined && encoding !== 'identity')
      throw new HobError('unsupported_encoding', { encoding: encoding.slice(0, 40) })
    const type = c.req.header('content-type') ?? 'nothing'
    const length = Number(c.req.header('content-length') ?? 0)
    if (length > maxBytes) throw new HobError('body_too_large', { limit: maxBytes })
    const bytes = await readBounded(c.req.raw.body, maxBytes)
    if (bytes.length > 0 && !/^application\/json\s*(;|$)/i.test(type))
      throw new HobError('unsupported_media_type', { type })
    const text = decode(bytes)
    refuseDeep(text)
    try {
      // no body at all is for the route to judge
      if (text !== '') JSON.parse(text)
    } catch (error) {
      throw new HobError('invalid_json', { detail: error instanceof Error ? error.message : 'not JSON' })
    }
    // Hono caches promises here, whatever its types say: c.req.json() must not read the stream again
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) })
    await next()
  }
}

async function readBounded(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body ?? []) {
      size += chunk.byteLength
      if (size > maxBytes) throw new HobError('body_too_large', { limit: maxBytes })
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof HobError) throw error
    throw new HobError('client_gone', {}, { cause: error })
  }
  return Buffer.concat(chunks, size)
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new HobError('invalid_json', { detail: 'it is not valid UTF-8' }, { cause: error })
  }
}

/** Counts brackets outside strings; JSON.parse itself would accept any depth. */
function refuseDeep(text: string): void {
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (inString) {
      if (char === 0x5c) i++
      else if (char === 0x22) inString = false
    } else if (char === 0x22) inString = true
    else if (char === 0x7b || char === 0x5b) {
      if (++depth > deepest)
        throw new HobError('invalid_json', { detail: `it is nested more than ${deepest} deep` })
    } else if (char === 0x7d || char === 0x5d) depth--
  }
}
