// GET /models/events: what happens to engines, models and downloads, as server-sent events. Begins with what holds now,
// so that a subscriber who comes back needs no history. Owns the open feeds.
import type { ModelsEvent } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'
import { type App, clientGone } from '#appliance/ipc/app.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import type { Manager } from './manager.ts'
import type { Downloads, Folder } from './ports.ts'
import { createEventStream, eventStreamHeaders } from './sse.ts'

export interface FeedOptions {
  manager: Pick<Manager, 'state' | 'subscribe'>
  folder: Pick<Folder, 'installed'>
  downloads: Pick<Downloads, 'list' | 'onChange'>
  clock: Clock
  /** Aborts when the service leaves. */
  draining: AbortSignal
}

/** Tells both ends that the other is there. */
const keepAliveMs = 15_000
const stallMs = 30_000
/** The api has one; the command line one more at times. */
const maxFeeds = 32

export function registerFeed(app: App, { manager, folder, downloads, clock, draining }: FeedOptions): void {
  let open = 0
  app.get('/models/events', (c) => {
    if (draining.aborted) throw new HobError('shutting_down')
    if (open >= maxFeeds) throw new HobError('too_many_connections', { limit: maxFeeds })
    open++
    const ended = new AbortController()
    const leave = (): void => ended.abort()
    const { writer, body } = createEventStream({ clock, stallMs, onGone: leave })
    // a reader that stops reading is cut off by its full buffer; nothing here waits for it
    const send = (event: ModelsEvent): void => void writer.write(`data: ${JSON.stringify(event)}\n\n`)

    const { engines, defaultModel } = manager.state()
    for (const engine of engines) send({ type: 'engine', engine })
    send({ type: 'models', installed: folder.installed().length, defaultModel })
    for (const download of downloads.list()) send({ type: 'download', download })
    const stops = [
      manager.subscribe(send),
      downloads.onChange((download) => send({ type: 'download', download })),
    ]

    let cancelTick = (): void => undefined
    const tick = (): void => {
      cancelTick = clock.at(new Date(clock.now().getTime() + keepAliveMs), () => {
        void writer.write(': here\n\n')
        tick()
      })
    }
    tick()
    ended.signal.addEventListener('abort', () => {
      open--
      cancelTick()
      for (const stop of stops) stop()
      writer.close()
    })
    clientGone(c).addEventListener('abort', leave, { once: true })
    draining.addEventListener('abort', leave, { once: true, signal: ended.signal })
    return new Response(body, { headers: eventStreamHeaders })
  })
}
