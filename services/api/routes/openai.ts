// OpenAI's endpoints: parsed here by the contract, answered by the models service, whose bytes pass through unchanged.
// When the caller leaves, the connection to the models service is cut, and generation stops with it.
import type { IncomingMessage } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import {
  chatRequestSchema,
  completionRequestSchema,
  embeddingRequestSchema,
  openAiRoutes,
} from '#appliance/contracts/openai.ts'
import { HobError, toErrorBody } from '#appliance/errors.ts'
import { type App, type AppEnv, clientGone, invalidRequest } from '#appliance/ipc/app.ts'
import { type Client, readAnswer } from '#appliance/ipc/client.ts'

/** Loading a large model from a slow disk takes minutes; the models service sends keep-alives on streams meanwhile. */
const answerTimeoutMs = 30 * 60_000

export function registerOpenAi(app: App, { models }: { models: Client }): void {
  app.openapi(openAiRoutes.models, async (c) =>
    c.json(await models.call(openAiRoutes.models, {}, caller(c)), 200),
  )
  app.openapi(openAiRoutes.model, async (c) =>
    c.json(await models.call(openAiRoutes.model, { params: c.req.valid('param') }, caller(c)), 200),
  )
  const bodies = [
    [openAiRoutes.chat.path, chatRequestSchema],
    [openAiRoutes.completion.path, completionRequestSchema],
    [openAiRoutes.embeddings.path, embeddingRequestSchema],
  ] as const
  for (const [path, schema] of bodies) {
    app.post(
      path,
      async (c) => await passThrough(c, models, path, JSON.stringify(await parseBody(c, schema))),
    )
  }
}

const caller = (c: Context<AppEnv>): { principal: AppEnv['Variables']['principal']; requestId: string } => ({
  principal: c.get('principal'),
  requestId: c.get('requestId'),
})

async function parseBody(c: Context<AppEnv>, schema: z.ZodType): Promise<unknown> {
  const text = await c.req.text()
  if (text === '') throw new HobError('invalid_json', { detail: 'the body is empty' })
  const result = schema.safeParse(JSON.parse(text))
  if (!result.success) throw invalidRequest(result.error)
  return result.data
}

async function passThrough(
  c: Context<AppEnv>,
  models: Client,
  path: string,
  body: string,
): Promise<Response> {
  const gone = clientGone(c)
  const answer = await models.open('POST', path, body, {
    ...caller(c),
    signal: gone,
    timeoutMs: answerTimeoutMs,
  })
  const headers = new Headers()
  for (const name of ['content-type', 'cache-control', 'retry-after', 'x-hob-error'] as const) {
    const value = answer.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  const status = answer.statusCode ?? 502
  // a whole answer goes out in one piece: a web stream around it would cost a millisecond
  if (headers.get('content-type')?.startsWith('application/json') === true) {
    return new Response(new Uint8Array(await readAnswer(answer, 'models')), { status, headers })
  }
  const told = endingInWords(answer, c.get('requestId'))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node's and the DOM's ReadableStream are one at run time
  return new Response(Readable.toWeb(told) as ReadableStream<Uint8Array>, { status, headers })
}

/** The same bytes; when the models service breaks off, its client is told why in one last event. */
function endingInWords(answer: IncomingMessage, requestId: string): Readable {
  const told = new PassThrough()
  answer.pipe(told, { end: false })
  answer.once('end', () => told.end())
  answer.once('error', (cause) => {
    const { body } = toErrorBody(
      new HobError('service_unavailable', { service: 'models' }, { cause }),
      requestId,
    )
    told.end(`\n\ndata: ${JSON.stringify(body)}\n\n`)
  })
  told.once('close', () => answer.destroy())
  return told
}
