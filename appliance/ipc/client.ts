// Calls another service over its Unix socket, typed by the contract's route. Connections are kept alive; an answer
// that does not come in time, and a service that is not there, are service_unavailable. Used by services and the CLI.
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type RouteConfig, z } from '@hono/zod-openapi'
import { errorBodySchema } from '../contracts/answer.ts'
import { encodePrincipal, type Principal, principalHeader } from '../contracts/principal.ts'
import { type ErrorBody, fromErrorBody, HobError } from '../errors.ts'

type JsonSchemaOf<Content> = Content extends { content: { 'application/json': { schema: infer Schema } } }
  ? Schema
  : never
type Success<Route extends RouteConfig> = JsonSchemaOf<
  Route['responses'][keyof Route['responses'] & (200 | 201 | 202)]
>
type Result<Route extends RouteConfig> =
  Success<Route> extends z.ZodType ? z.output<Success<Route>> : undefined

type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined
interface Input<Route extends RouteConfig> {
  params?: InputOf<NonNullable<Route['request']>['params']>
  query?: InputOf<NonNullable<Route['request']>['query']>
  json?: InputOf<JsonSchemaOf<NonNullable<Route['request']>['body']>>
}

export interface Caller {
  principal: Principal
  requestId?: string
  signal?: AbortSignal
  /** Until the answer's headers; a long answer may stream for as long as it likes. */
  timeoutMs?: number
}

export interface Client {
  /** The parsed answer; throws the HobError that the service answered. */
  call<const Route extends RouteConfig>(
    route: Route,
    input: Input<Route>,
    caller: Caller,
  ): Promise<Result<Route>>
  /** The answer as it comes, whatever its status; the caller reads or destroys it. */
  open(method: string, path: string, body: string | null, caller: Caller): Promise<IncomingMessage>
  close(): void
}

export function createClient({ service, socketPath }: { service: string; socketPath: string }): Client {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 })

  const open: Client['open'] = (method, path, body, caller) =>
    new Promise((resolve, reject) => {
      const headers: Record<string, string> = {
        [principalHeader]: encodePrincipal(caller.principal),
        host: 'localhost',
      }
      if (caller.requestId !== undefined) headers['x-request-id'] = caller.requestId
      if (body !== null) {
        headers['content-type'] = 'application/json'
        headers['content-length'] = String(Buffer.byteLength(body))
      }
      const request = httpRequest({
        socketPath,
        path,
        method,
        headers,
        agent,
        ...(caller.signal ? { signal: caller.signal } : {}),
      })
      const timer = setTimeout(
        () => request.destroy(new Error('no answer in time')),
        caller.timeoutMs ?? 30_000,
      )
      request.once('response', (response) => {
        clearTimeout(timer)
        resolve(response)
      })
      request.once('error', (error) => {
        clearTimeout(timer)
        const reason: unknown = caller.signal?.aborted ? caller.signal.reason : undefined
        reject(
          reason instanceof HobError
            ? reason
            : new HobError('service_unavailable', { service }, { cause: error }),
        )
      })
      request.end(body)
    })

  const call = async <const Route extends RouteConfig>(
    route: Route,
    input: Input<Route>,
    caller: Caller,
  ): Promise<Result<Route>> => {
    const body = input.json === undefined ? null : JSON.stringify(input.json)
    const response = await open(
      route.method.toUpperCase(),
      fillPath(route.path, input.params, input.query),
      body,
      caller,
    )
    const text = (await readAnswer(response, service)).toString('utf8')
    const status = response.statusCode ?? 500
    if (status >= 400) throw parseError(text, status, service)
    const schema = successSchema(route, status)
    // oxlint-disable-next-line typescript/no-unsafe-return -- the type is the contract's, the value was parsed by it
    return schema === undefined
      ? (undefined as Result<Route>)
      : (schema.parse(JSON.parse(text)) as Result<Route>)
  }

  return { call, open, close: () => agent.destroy() }
}

/** The whole body. Throws service_unavailable when it breaks off. */
export async function readAnswer(response: IncomingMessage, service: string): Promise<Buffer> {
  try {
    return await buffer(response)
  } catch (error) {
    throw new HobError('service_unavailable', { service }, { cause: error })
  }
}

export function parseError(text: string, status: number, service: string): HobError {
  try {
    const body = errorBodySchema.parse(JSON.parse(text))
    return fromErrorBody(body as ErrorBody, status)
  } catch (error) {
    return new HobError('service_unavailable', { service }, { cause: error })
  }
}

function fillPath(template: string, params: unknown, query: unknown): string {
  const values = new Map(Object.entries(params ?? {}))
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  )
  const search = new URLSearchParams(
    Object.entries(query ?? {}).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)]],
    ),
  ).toString()
  return search === '' ? path : `${path}?${search}`
}

function successSchema(route: RouteConfig, status: number): z.ZodType | undefined {
  const response = route.responses[status]
  const media =
    response !== undefined && 'content' in response ? response.content?.['application/json'] : undefined
  const schema = media !== undefined && 'schema' in media ? media.schema : undefined
  return schema instanceof z.ZodType ? schema : undefined
}
