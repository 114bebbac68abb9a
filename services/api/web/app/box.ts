// What the page knows of the box, kept current by the live channel: status, models, choice, hardware, downloads, its
// names and certificate, and whether it has moved to another address.
import type { LiveEvent, Status } from '#appliance/contracts/box.ts'
import type { Download, EngineState } from '#appliance/contracts/models.ts'
import type { Api } from './api.ts'
import { createResource } from './resource.ts'
import { createStore } from './store.ts'

export type BoxState = ReturnType<typeof createBoxState>

/** The page at another of the box's names: same scheme and port, no path. */
export function addressAt(host: string, { protocol, port }: Place = window.location): string {
  return `${protocol}//${host}${port === '' ? '' : `:${port}`}`
}

type Place = Pick<Location, 'protocol' | 'port'>

/** `hostname`: by which name of the box this page came. */
export function createBoxState(api: Api, { hostname }: Pick<Location, 'hostname'>) {
  const status = createResource(api.status)
  const installed = createResource(api.installed)
  const choice = createResource(api.choice)
  const hardware = createResource(api.hardware)
  const downloads = createResource(api.downloads)
  const names = createResource(api.names)
  const certificate = createResource(api.certificate)
  const all = [status, installed, choice, hardware, downloads, names, certificate]
  /** The box's new host, for a page that came by the old one. */
  const moved = createStore<string | null>(null)

  const putEngine = (engine: EngineState): void =>
    status.patch((now) => {
      const engines = now.models?.engines ?? []
      const others = engines.filter(({ model }) => model !== engine.model)
      return {
        ...now,
        models: { defaultModel: null, residentBytes: 0, ...now.models, engines: [...others, engine] },
      }
    })

  const putDownload = (download: Download): void => {
    downloads.patch((now) =>
      now.some(({ id }) => id === download.id)
        ? now.map((one) => (one.id === download.id ? download : one))
        : [download, ...now],
    )
  }

  const putService = (service: Status['services'][number]): void => {
    status.patch((now) => ({
      ...now,
      services: [...now.services.filter(({ name }) => name !== service.name), service].sort((a, b) =>
        a.name.localeCompare(b.name),
      ),
    }))
    // A service that came back may know other things than the one that went.
    if (service.state === 'ready') for (const resource of all) resource.refresh()
  }

  const putNames = ({ host, was }: Renamed): void => {
    names.refresh()
    certificate.refresh()
    if (host === hostname) moved.set(null)
    else if (was === hostname || moved.get() !== null) moved.set(host)
  }

  return {
    status,
    installed,
    choice,
    hardware,
    downloads,
    names,
    certificate,
    moved,
    putEngine,
    putDownload,
    refreshAll: () => {
      for (const resource of all) resource.refresh()
    },
    refreshModels: () => {
      for (const resource of [status, installed, choice]) resource.refresh()
    },
    /** Takes what it knows; false: the event is somebody else's. */
    take: ({ type, data }: LiveEvent): boolean => {
      const event = liveEvent(type, data)
      if (event === null) return false
      if (event.type === 'engine') putEngine(event.data)
      else if (event.type === 'download') putDownload(event.data)
      else if (event.type === 'service') putService(event.data)
      else if (event.type === 'box') putNames(event.data)
      else if (event.type === 'load') status.patch((now) => ({ ...now, load: event.data }))
      else for (const resource of [status, installed, choice]) resource.refresh()
      return true
    },
  }
}

interface Renamed {
  readonly name: string
  readonly host: string
  readonly was: string
}

type BoxEvent =
  | { type: 'engine'; data: EngineState }
  | { type: 'download'; data: Download }
  | { type: 'service'; data: Status['services'][number] }
  | { type: 'load'; data: Status['load'] }
  | { type: 'box'; data: Renamed }
  | { type: 'models'; data: unknown }

/** The box keeps its contract (liveDataSchemas, checked where it sends); zod stays out of the bundle. */
function liveEvent(type: string, data: unknown): BoxEvent | null {
  switch (type) {
    case 'engine':
    case 'download':
    case 'service':
    case 'load':
    case 'box':
    case 'models':
      return { type, data } as BoxEvent
    default:
      return null
  }
}
