// The page's one way to ask the box: typed by the contracts, same origin, every call with a time limit.
import type { Ask, Conversation, SearchHit, Status, Turn } from '#appliance/contracts/box.ts'
import type { Hardware } from '#appliance/contracts/hardware.ts'
import type { AddModel, Choice, Download, EngineState, InstalledModel } from '#appliance/contracts/models.ts'
import { createBoxCalls } from '../box/calls.ts'
import { createHealthCalls } from '../box/health-calls.ts'
import { createMachineCalls } from '../box/machine-calls.ts'
import { createDoorCalls, type OtherBox } from '../door/calls.ts'
import { createRequests, type RequestOptions } from './request.ts'

export interface Installed {
  models: InstalledModel[]
  rejected: { file: string; reason: string }[]
}
export type ConversationWithMessages = Conversation & { messages: Turn[] }

export type Api = ReturnType<typeof createApi>

export function createApi(options: RequestOptions) {
  const requests = createRequests(options)
  const { send, json, get, post, remove } = requests
  const name = encodeURIComponent

  return {
    ...createDoorCalls(requests),
    ...createBoxCalls(requests),
    ...createHealthCalls(requests),
    ...createMachineCalls(requests),

    status: () => get<Status>('/status'),
    installed: () => get<Installed>('/models/installed'),
    choice: () => get<Choice>('/models/choice'),
    discover: async (seconds: number) =>
      (await get<{ boxes: readonly OtherBox[] }>(`/discover?seconds=${seconds}`)).boxes,
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
