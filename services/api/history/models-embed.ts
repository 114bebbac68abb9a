// Turns texts into vectors through the models service; null where no model there embeds.
import { openAiRoutes } from '#appliance/contracts/openai.ts'
import { HobError } from '#appliance/errors.ts'
import type { Client } from '#appliance/ipc/client.ts'
import type { Embed } from './embedder.ts'

const absent = new Set(['embeddings_unsupported', 'model_not_found', 'no_model'])

/** `model` names the embedding model that is here now; a chat model's vectors would not say what a text means. */
export function createModelsEmbed({ client, model }: { client: Client; model: () => string | null }): Embed {
  return async (texts, caller) => {
    const name = model()
    if (name === null) return null
    try {
      const answer = await client.call(
        openAiRoutes.embeddings,
        { json: { model: name, input: [...texts] } },
        caller,
      )
      const vectors = answer.data.map(({ embedding }) => {
        if (typeof embedding === 'string') throw new HobError('service_unavailable', { service: 'models' })
        return Float32Array.from(embedding)
      })
      return vectors.length === texts.length ? { model: answer.model, vectors } : null
    } catch (error) {
      if (error instanceof HobError && absent.has(error.code)) return null
      throw error
    }
  }
}
