// Asks the models service for a chat answer over its socket and gives its pieces as they come. Leaving the loop, or
// the caller's signal, closes the connection, which stops the generation.
import {
  type ChatChunk,
  type ChatRequest,
  chatChunkSchema,
  openAiRoutes,
} from '#appliance/contracts/openai.ts'
import { type ErrorCode, errorCatalogue, HobError } from '#appliance/errors.ts'
import { type Caller, type Client, parseError } from '#appliance/ipc/client.ts'
import { readEventData } from './sse.ts'

/** Throws HobError: what the service answered, or service_unavailable when the stream breaks off. */
export type Chat = (request: ChatRequest, caller: Caller) => AsyncIterable<ChatChunk>

const service = 'models'
/** A large model is read from a slow disk before the first byte; the models service has its own, shorter limits. */
const headersTimeoutMs = 300_000
const silenceTimeoutMs = 300_000
const errorMaxBytes = 64 * 1024

export function createModelsChat({ client }: { client: Client }): Chat {
  return async function* chat(request, caller) {
    const body = JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } })
    const { method, path } = openAiRoutes.chat
    const response = await client.open(method.toUpperCase(), path, body, {
      ...caller,
      timeoutMs: headersTimeoutMs,
    })
    const silence = new HobError('engine_timeout', { seconds: silenceTimeoutMs / 1000 })
    response.setTimeout(silenceTimeoutMs, () => response.destroy(silence))
    try {
      const status = response.statusCode ?? 500
      if (status >= 400) throw parseError(await readText(response), status, service)
      for await (const data of readEventData(response, { service })) {
        if (data === '[DONE]') return
        yield parseChunk(data)
      }
      throw new HobError('service_unavailable', { service }, { cause: new Error('the stream ended early') })
    } catch (error) {
      throw asHobError(error, caller.signal)
    } finally {
      response.destroy()
    }
  }
}

async function readText(response: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    size += chunk.length
    if (size > errorMaxBytes) break
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** An error may also come in the middle of the stream, in the shape of any error body. */
function parseChunk(data: string): ChatChunk {
  const value: unknown = JSON.parse(data)
  if (typeof value === 'object' && value !== null && 'error' in value)
    throw parseError(data, statusOf(value.error), service)
  return chatChunkSchema.parse(value)
}

function statusOf(error: unknown): number {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return isCode(code) ? errorCatalogue[code].status : 500
}

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && code in errorCatalogue

function asHobError(error: unknown, signal: AbortSignal | undefined): HobError {
  if (error instanceof HobError) return error
  if (signal?.aborted) return new HobError('client_gone', {}, { cause: error })
  return new HobError('service_unavailable', { service }, { cause: error })
}
