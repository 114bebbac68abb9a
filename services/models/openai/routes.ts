// OpenAI's endpoints on this service's socket. No state.
import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import {
  chatRequestSchema,
  completionRequestSchema,
  embeddingRequestSchema,
  openAiRoutes,
} from '#appliance/contracts/openai.ts'
import { HobError } from '#appliance/errors.ts'
import { type App, type AppEnv, clientGone, invalidRequest } from '#appliance/ipc/app.ts'
import type { Manager } from '../manager.ts'
import { resolveName } from '../names.ts'
import type { Folder } from '../ports.ts'
import { answerChat, chatRoute } from './chat.ts'
import { answerCompletion, completionRoute } from './completion.ts'
import { counted, type Delivery } from './deliver.ts'
import { answerEmbeddings, embeddingsRoute } from './embeddings.ts'
import { toOpenAiModel } from './models.ts'
import type { Ask } from './request.ts'

interface OpenAiOptions extends Delivery {
  manager: Manager
  folder: Pick<Folder, 'installed'>
}

export function registerOpenAi(app: App, { manager, folder, ...delivery }: OpenAiOptions): void {
  const { metrics } = delivery

  app.post(chatRoute, (c) =>
    counted(metrics, chatRoute, async () => {
      const request = await parse(c, chatRequestSchema)
      return await answerChat(delivery, await manager.find(request.model, 'chat'), request, askOf(c))
    }),
  )
  app.post(completionRoute, (c) =>
    counted(metrics, completionRoute, async () => {
      const request = await parse(c, completionRequestSchema)
      const runner = await manager.find(request.model, 'completion')
      return await answerCompletion(delivery, runner, request, askOf(c))
    }),
  )
  app.post(embeddingsRoute, (c) =>
    counted(metrics, embeddingsRoute, async () => {
      const request = await parse(c, embeddingRequestSchema)
      const runner = await manager.find(request.model, 'embedding')
      return await answerEmbeddings(metrics, runner, request, askOf(c))
    }),
  )
  app.openapi(openAiRoutes.models, (c) => {
    const data = folder
      .installed()
      .map((model) => toOpenAiModel(model, manager.loaded(model.id)?.contextTokens ?? null))
    return c.json({ object: 'list' as const, data }, 200)
  })
  app.openapi(openAiRoutes.model, (c) => {
    const { model: name } = c.req.valid('param')
    const model = resolveName(name, folder.installed(), manager.defaultModel())
    return c.json(toOpenAiModel(model, manager.loaded(model.id)?.contextTokens ?? null), 200)
  })
}

const askOf = (c: Context<AppEnv>): Ask => ({
  principal: c.get('principal'),
  requestId: c.get('requestId'),
  gone: clientGone(c),
})

async function parse<Schema extends z.ZodType>(
  c: Context<AppEnv>,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await c.req.text()
  if (text === '') throw new HobError('invalid_json', { detail: 'the body is empty' })
  const result = schema.safeParse(JSON.parse(text))
  if (!result.success) throw invalidRequest(result.error)
  return result.data
}
