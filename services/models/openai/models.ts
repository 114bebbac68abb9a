// GET /v1/models: what is installed, in OpenAI's shape. Pure.
import type { InstalledModel } from '#appliance/contracts/models.ts'
import type { Model } from '#appliance/contracts/openai.ts'

/** `contextTokens`: what a conversation really gets here, where that is known. */
export const toOpenAiModel = (model: InstalledModel, contextTokens: number | null): Model => ({
  id: model.id,
  object: 'model',
  created: Math.floor(Date.parse(model.addedAt) / 1_000),
  owned_by: model.family ?? model.architecture,
  kind: model.kind,
  context_length: contextTokens ?? model.trainedContextTokens,
})
