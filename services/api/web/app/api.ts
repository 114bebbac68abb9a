// The page's one way to ask the box: typed by the contracts, same origin, every call with a time limit.
import type { Ask, Conversation, SearchHit, Status, Turn } from '#appliance/contracts/box.ts'
import type { Hardware } from '#appliance/contracts/hardware.ts'
import type { AddModel, Choice, Download, EngineState, InstalledModel } from '#appliance/contracts/models.ts'
import { ProblemError, readProblem } from './problem.ts'

export interface Installed {
  models: InstalledModel[]
  rejected: { file: string; reason: string }[]
}
export type ConversationWithMessages = Conversation & { messages: Turn[] }

interface Options {
  fetch: typeof fetch
  timeoutMs?: number
}

export type Api = ReturnType<typeof createApi>

export function createApi({ fetch, timeoutMs = 20_000 }: Options) {
  /** Answers once the headers are here; `signal` cancels, and ours ends the wait. */
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Response> => {
    const controller = new AbortController()
    const cancel = (): void => controller.abort(signal?.reason)
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel, { once: true })
    const timer = setTimeout(
      () => controller.abort(new DOMException('no answer in time', 'TimeoutError')),
      timeoutMs,
    )
    try {
      const response = await fetch(path, {
        method,
        signal: controller.signal,
        credentials: 'same-origin',
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      // an error without a body of ours is told as `internal`
      if (!response.ok) throw new ProblemError(readProblem(await response.json().catch(() => null)))
      return response
    } finally {
      clearTimeout(timer)
    }
  }

  const json = async <Body>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Body> => {
    const answer: Body = await (await send(method, path, body, signal)).json()
    return answer
  }
  const get = <Body>(path: string, signal?: AbortSignal): Promise<Body> =>
    json('GET', `/hob/v1${path}`, undefined, signal)
  const post = <Body>(path: string, body?: unknown): Promise<Body> => json('POST', `/hob/v1${path}`, body)
  const remove = async (path: string): Promise<void> => {
    await send('DELETE', `/hob/v1${path}`)
  }
  const name = encodeURIComponent

  return {
    status: () => get<Status>('/status'),
    installed: () => get<Installed>('/models/installed'),
    choice: () => get<Choice>('/models/choice'),
    hardware: () => get<Hardware>('/hardware'),
    downloads: async () => (await get<{ downloads: Download[] }>('/downloads')).downloads,
    addModel: (model: AddModel) => post<Download>('/models', model),
    removeModel: (id: string) => remove(`/models/${name(id)}`),
    loadModel: (id: string) => post<EngineState>(`/models/${name(id)}/load`),
    unloadModel: (id: string) => post<EngineState>(`/models/${name(id)}/unload`),
    cancelDownload: (id: string) => remove(`/downloads/${name(id)}`),

    conversations: async (before?: string) =>
      (
        await get<{ conversations: Conversation[] }>(
          `/conversations?limit=50${before === undefined ? '' : `&before=${name(before)}`}`,
        )
      ).conversations,
    conversation: (id: string) => get<ConversationWithMessages>(`/conversations/${name(id)}`),
    createConversation: () => post<Conversation>('/conversations', {}),
    renameConversation: (id: string, title: string) =>
      json<Conversation>('PATCH', `/hob/v1/conversations/${name(id)}`, { title }),
    deleteConversation: (id: string) => remove(`/conversations/${name(id)}`),
    search: async (words: string, signal?: AbortSignal) =>
      (await get<{ hits: SearchHit[] }>(`/search?limit=20&q=${name(words)}`, signal)).hits,
    /** The body streams server-sent events; aborting the signal stops the generation. */
    ask: (id: string, ask: Ask, signal: AbortSignal) =>
      send('POST', `/hob/v1/conversations/${name(id)}/messages`, ask, signal),
  }
}
