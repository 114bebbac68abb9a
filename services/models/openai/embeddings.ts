// POST /v1/embeddings: texts or tokens → vectors, as numbers or as base64 of little-endian floats.
import { endianness } from 'node:os'
import type { EmbeddingRequest, Embeddings } from '#appliance/contracts/openai.ts'
import { HobError } from '#appliance/errors.ts'
import type { ModelsMetrics } from '../metrics.ts'
import type { Runner } from '../runner-types.ts'
import type { Ask } from './request.ts'

export const embeddingsRoute = '/v1/embeddings'

/** So many inputs go to the engine at once; between two batches a client that left is noticed. */
const batch = 32

type Input = string | readonly number[]

export async function answerEmbeddings(
  metrics: ModelsMetrics,
  runner: Runner,
  request: EmbeddingRequest,
  ask: Ask,
): Promise<Response> {
  const inputs = inputsOf(request.input)
  const { turns } = runner.enter({ person: ask.principal.user, count: 1, signal: ask.gone })
  const turn = await turns[0]
  if (turn === undefined) throw new TypeError('no turn for an embedding')
  const vectors: Float32Array[] = []
  let tokens = 0
  try {
    if (!turn.loaded.embeds) throw new HobError('embeddings_unsupported', { model: runner.model.id })
    const signal = AbortSignal.any([ask.gone, turn.ended])
    for (let at = 0; at < inputs.length; at += batch) {
      signal.throwIfAborted()
      const part = await turn.engine.embed(inputs.slice(at, at + batch), signal)
      vectors.push(...part.vectors)
      tokens += part.promptTokens
    }
  } finally {
    turn.release()
  }
  refuseOtherDimensions(request.dimensions, vectors[0]?.length)
  metrics.embedded(tokens)
  metrics.request(embeddingsRoute, 'ok')
  const body: Embeddings = {
    object: 'list',
    model: runner.model.id,
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: request.encoding_format === 'base64' ? toBase64(vector) : Array.from(vector),
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
  return Response.json(body)
}

function inputsOf(input: EmbeddingRequest['input']): Input[] {
  if (typeof input === 'string') return [input]
  const isTokens = (value: typeof input): value is number[] => typeof value[0] === 'number'
  return isTokens(input) ? [input] : input
}

/** Cutting a vector short is only right for models that were trained for it, and a file does not say. */
function refuseOtherDimensions(wanted: number | null | undefined, given: number | undefined): void {
  if (wanted === null || wanted === undefined || wanted === given) return
  const detail = `dimensions: this model gives vectors of ${given ?? 0} numbers`
  throw new HobError('invalid_request', { detail }, { param: 'dimensions' })
}

function toBase64(vector: Float32Array): string {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
  return (endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32()).toString('base64')
}
