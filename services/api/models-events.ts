// Follows what the models service tells (server-sent events on its socket) and hands it on; follows anew, with a
// growing pause, when that service was started again. Also knows whether the service is there.
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { type ModelsEvent, modelsEventSchema } from '#appliance/contracts/models.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import type { Client } from '#appliance/ipc/client.ts'
import type { Log } from '#appliance/log.ts'

const firstPauseMs = 100
const longestPauseMs = 2_000

interface Options {
  models: Client
  log: Log
  signal: AbortSignal
  onEvent: (event: ModelsEvent) => void
  onReachable: (reachable: boolean) => void
}

/** Runs until the signal aborts. */
export async function followModels({ models, log, signal, onEvent, onReachable }: Options): Promise<void> {
  let pauseMs = firstPauseMs
  while (!signal.aborted) {
    try {
      const answer = await models.open('GET', '/models/events', null, {
        principal: localOwner('service'),
        signal,
      })
      if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`)
      onReachable(true)
      pauseMs = firstPauseMs
      for await (const line of createInterface({ input: answer, signal })) {
        if (line.startsWith('data:')) onEvent(modelsEventSchema.parse(JSON.parse(line.slice(5))))
      }
    } catch (error) {
      if (signal.aborted) return
      log.debug('the models service is not there', {
        error: error instanceof Error ? error.message : String(error),
      })
    }
    onReachable(false)
    await pause(pauseMs, undefined, { signal }).catch(() => undefined)
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
  }
}
