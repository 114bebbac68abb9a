// The local models folder: which GGUF files are here, which cannot be used and why. Finds what somebody puts into it
// without a restart. Owns the list in memory and the watcher; the files belong to the person. One per service.
import { type FSWatcher, watch } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { HobError } from '#appliance/errors.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import { familyOf } from '../catalogue/match.ts'
import type { Catalogue } from '../catalogue/schema.ts'
import type { InstalledFile } from '../choice/inputs.ts'
import type { ModelFile } from '../gguf/model-file.ts'
import { readModelFile } from '../gguf/read.ts'
import { createHashes } from './hashes.ts'

export interface RejectedFile {
  readonly file: string
  readonly reason: string
}

export interface ModelsFolder {
  models(): readonly InstalledFile[]
  rejected(): readonly RejectedFile[]
  /** Throws model_not_found. */
  find(id: string): InstalledFile
  pathOf(id: string): string
  /**
   * Looks again; resolves when the list is current. A file that was written within the last seconds waits for the
   * next look, since it may still be growing, unless its writer names it here as complete.
   */
  scan(complete?: string): Promise<void>
  /** Deletes the file, or the link, in the folder. Throws model_not_found, model_built_in. */
  remove(id: string): Promise<void>
  /** The SHA-256 of the file: known, or read now. */
  hash(id: string, signal: AbortSignal): Promise<string>
  /** Remembers a hash that was computed while the file arrived. */
  recordHash(id: string, sha256: string): Promise<void>
  /** Begins to notice changes by itself. */
  watch(): void
  close(): void
}

/** Calls back once after so many milliseconds; the result cancels it. */
export type SetTimer = (callback: () => void, delayMs: number) => () => void

export interface ModelsFolderOptions {
  readonly path: string
  /** The model that ships with the box, which stands elsewhere and cannot be removed; it goes before a file of its name. */
  readonly starter: string | null
  readonly catalogue: Catalogue
  readonly log: Log
  readonly onChange: () => void
  readonly setTimer: SetTimer
  readonly now: () => number
  /** For file systems that tell nothing (network drives). */
  readonly rescanMs?: number
}

interface Entry {
  readonly path: string
  readonly file: string
  readonly bytes: number
  readonly modifiedMs: number
  readonly outcome:
    | { readonly kind: 'model'; readonly read: ModelFile }
    | { readonly kind: 'rejected'; readonly reason: string }
}

/** A file that was changed this recently is taken to be growing. */
const settleMs = 2000
const debounceMs = 200
const maxIdLength = 128

const idOf = (file: string): string => file.replace(/\.gguf$/i, '')
const isModelName = (file: string): boolean => /\.gguf$/i.test(file) && !file.startsWith('.')

export function createModelsFolder(options: ModelsFolderOptions): ModelsFolder {
  const { path, starter, catalogue, log, onChange, setTimer, now, rescanMs = 30_000 } = options
  const hashes = createHashes(join(path, '.hob'))
  let entries: ReadonlyMap<string, Entry> = new Map()
  let models: readonly InstalledFile[] = []
  let rejected: readonly RejectedFile[] = []
  let watcher: FSWatcher | null = null
  let timer: { dueMs: number; cancel: () => void } | null = null
  let queue: Promise<void> = Promise.resolve()
  let growing = false
  let closed = false

  async function look(complete: string | undefined): Promise<void> {
    await mkdir(path, { recursive: true })
    const found = new Map<string, Entry>()
    const ids = new Set<string>()
    growing = false
    const own = (await readdir(path)).filter(isModelName).sort()
    for (const place of [...(starter === null ? [] : [starter]), ...own.map((file) => join(path, file))]) {
      const file = basename(place)
      // Gone between listing and looking, or a link to nothing.
      const status = await stat(place).catch(() => null)
      if (status === null) continue
      const known = entries.get(place)
      const same = known?.bytes === status.size && known.modifiedMs === status.mtimeMs
      if (!same && file !== complete && place !== starter && now() - status.mtimeMs < settleMs) {
        growing = true
        continue
      }
      const id = idOf(file)
      const outcome = ids.has(id)
        ? ({ kind: 'rejected', reason: 'another file has the same name' } as const)
        : same
          ? known.outcome
          : await examine(place, file, id)
      ids.add(id)
      found.set(place, { path: place, file, bytes: status.size, modifiedMs: status.mtimeMs, outcome })
    }
    await publish(found)
    if (growing) schedule(settleMs)
  }

  async function examine(place: string, file: string, id: string): Promise<Entry['outcome']> {
    if (id.length === 0 || id.length > maxIdLength) {
      return { kind: 'rejected', reason: `its name is longer than ${maxIdLength} characters` }
    }
    try {
      return { kind: 'model', read: await readModelFile(place, file) }
    } catch (error) {
      const detail = error instanceof HobError ? error.parameters['detail'] : undefined
      if (detail === undefined) log.error('model file could not be read', { file, ...errorFields(error) })
      return { kind: 'rejected', reason: String(detail ?? 'it could not be read') }
    }
  }

  async function publish(found: ReadonlyMap<string, Entry>): Promise<void> {
    const list: InstalledFile[] = []
    const refused: RejectedFile[] = []
    for (const entry of found.values()) {
      if (entry.outcome.kind === 'rejected') refused.push({ file: entry.file, reason: entry.outcome.reason })
      else list.push(await installedOf(entry, entry.outcome.read))
    }
    const changed = JSON.stringify([models, rejected]) !== JSON.stringify([list, refused])
    entries = found
    models = list
    rejected = refused
    if (changed && !closed) onChange()
  }

  async function installedOf(entry: Entry, file: ModelFile): Promise<InstalledFile> {
    return {
      file,
      model: {
        id: idOf(entry.file),
        file: entry.file,
        kind: file.kind,
        architecture: file.architecture,
        family: familyOf(catalogue, file, entry.file)?.id ?? null,
        quantization: file.quantization,
        parameters: file.parameters,
        fileBytes: entry.bytes,
        trainedContextTokens: file.trainedContextTokens,
        sha256: await hashes.known(entry),
        starter: entry.path === starter,
        addedAt: new Date(entry.modifiedMs).toISOString(),
      },
    }
  }

  /** One look after another; a failed one does not stop the next. */
  function scan(complete?: string): Promise<void> {
    const next = queue.then(() => (closed ? undefined : look(complete)))
    queue = next.catch(() => undefined)
    return next
  }

  /** The sooner of two looks holds, so that a file which keeps changing puts nothing off. */
  function schedule(delayMs: number): void {
    if (closed || watcher === null || (timer !== null && timer.dueMs <= now() + delayMs)) return
    timer?.cancel()
    const cancel = setTimer(() => {
      timer = null
      scan().then(
        () => schedule(rescanMs),
        (error: unknown) => {
          log.warn('models folder could not be read', { path, ...errorFields(error) })
          schedule(rescanMs)
        },
      )
    }, delayMs)
    timer = { dueMs: now() + delayMs, cancel }
  }

  function find(id: string): InstalledFile {
    const installed = models.find(({ model }) => model.id === id)
    if (installed === undefined) throw new HobError('model_not_found', { model: id })
    return installed
  }

  function entryOf(id: string): Entry {
    const { model } = find(id)
    for (const entry of entries.values()) {
      if (entry.outcome.kind === 'model' && entry.file === model.file) return entry
    }
    throw new HobError('model_not_found', { model: id })
  }

  const pathOf = (id: string): string => entryOf(id).path

  return {
    models: () => models,
    rejected: () => rejected,
    find,
    pathOf,
    scan,
    async remove(id) {
      const entry = entryOf(id)
      if (entry.path === starter) throw new HobError('model_built_in', { model: id })
      await rm(entry.path, { force: true })
      await hashes.forget(entry.file)
      await scan()
    },
    async hash(id, signal) {
      const entry = entryOf(id)
      const sha256 = (await hashes.known(entry)) ?? (await hashes.compute(pathOf(id), entry, signal))
      await scan()
      return sha256
    },
    async recordHash(id, sha256) {
      await hashes.record(entryOf(id), sha256)
      await scan()
    },
    watch() {
      if (watcher !== null || closed) return
      watcher = watch(path, { persistent: false }, () => schedule(debounceMs))
      // The folder was removed or its file system went away: looking every rescanMs goes on.
      watcher.on('error', (error) => log.warn('models folder is not watched any more', errorFields(error)))
      schedule(growing ? settleMs : rescanMs)
    },
    close() {
      closed = true
      timer?.cancel()
      watcher?.close()
    },
  }
}
