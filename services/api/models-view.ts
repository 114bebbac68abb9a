// What the api knows of the models service without asking each time: whether it is there, each model's context, which
// model embeds. Follows its events (server-sent, on its socket) and hands them to the live channel; follows anew, with
// a growing pause, when that service was started again.
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { type Download, modelsEventSchema, modelsRoutes } from '#appliance/contracts/models.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import type { Client } from '#appliance/ipc/client.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import type { Hub } from './live/hub.ts'

const firstPauseMs = 50
const longestPauseMs = 1_000
const principal = localOwner('service')

export interface ModelsView {
  reachable(): boolean
  /** Tokens that a conversation with this model holds; null while it was never planned. */
  contextTokens(model: string): number | null
  embeddingModel(): string | null
  /** Resolves when the service was first reached. */
  readonly met: Promise<void>
  close(): Promise<void>
}

interface Uses {
  models: Client
  hub: Hub
  log: Log
  /** Each change, and all that are listed whenever that service was met again. */
  onDownload: (download: Download) => void
}

export function createModelsView({ models, hub, log, onDownload }: Uses): ModelsView {
  const closing = new AbortController()
  const { signal } = closing
  const met = Promise.withResolvers<void>()
  const contexts = new Map<string, number>()
  let isReachable = false
  let embedding: string | null = null
  let defaultModel: string | null = null

  const takeInstalled = async (): Promise<void> => {
    const { models: here } = await models.call(modelsRoutes.installed, {}, { principal, signal })
    embedding = here.find(({ kind }) => kind === 'embedding')?.id ?? null
  }

  const take = async (line: string): Promise<void> => {
    const event = modelsEventSchema.parse(JSON.parse(line))
    if (event.type === 'engine') {
      const { model, plan } = event.engine
      if (plan !== null) contexts.set(model, plan.contextTokens)
      hub.publish('engine', event.engine, 'everyone')
    } else if (event.type === 'models') {
      const { installed, defaultModel: chosen } = event
      defaultModel = chosen
      hub.publish('models', { installed, defaultModel: chosen }, 'everyone')
      await takeInstalled()
    } else {
      hub.publish('download', event.download, 'everyone')
      onDownload(event.download)
    }
  }

  const setReachable = (now: boolean): void => {
    if (now === isReachable) return
    isReachable = now
    hub.publish('service', { name: 'models', state: now ? 'ready' : 'down', residentBytes: null }, 'everyone')
    if (now) met.resolve()
  }

  const follow = async (): Promise<void> => {
    let pauseMs = firstPauseMs
    while (!signal.aborted) {
      try {
        const answer = await models.open('GET', '/models/events', null, { principal, signal })
        if (answer.statusCode !== 200) throw new HobError('service_unavailable', { service: 'models' })
        await takeInstalled()
        setReachable(true)
        pauseMs = firstPauseMs
        for await (const line of createInterface({ input: answer, signal })) {
          if (line.startsWith('data:')) await take(line.slice(5))
        }
      } catch (error) {
        if (!signal.aborted) log.debug('the models service is not there', errorFields(error))
      }
      setReachable(false)
      // it rejects only when this service leaves, which the loop sees
      await pause(pauseMs, undefined, { signal }).catch(() => undefined)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }
  const following = follow()

  return {
    reachable: () => isReachable,
    contextTokens: (model) => contexts.get(model === 'auto' ? (defaultModel ?? '') : model) ?? null,
    embeddingModel: () => embedding,
    met: met.promise,
    close: async () => {
      closing.abort()
      await following
    },
  }
}
