// Models on their way into the folder, from a URL or a path: at most two at once, the others wait. Owns the list of
// running and past downloads; what has arrived of a failed one stays as a part file for the next try. One per service.
//
//   add ─▶ running ─▶ verifying ─▶ done
//             └──────────┴───────▶ failed | cancelled   (added again: goes on where it stopped)
import { constants } from 'node:fs'
import { access, mkdir, statfs } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { AddModel, Download } from '#appliance/contracts/models.ts'
import { HobError, toErrorBody } from '#appliance/errors.ts'
import { errorFields, type Log } from '#appliance/log.ts'
import { isPublicAddress } from '#appliance/net/addresses.ts'
import { parseUrl, publicUrl, refusePrivateLiteral } from '#appliance/net/guard.ts'
import type { Net } from '#appliance/net/net.ts'
import type { ModelsFolder } from '../folder/folder.ts'
import { readModelFile } from '../gguf/read.ts'
import { copyInto } from './copy.ts'
import { fileNameFor, isUrl } from './name.ts'
import { createPart, type Part } from './part.ts'
import { transfer } from './transfer.ts'
import { removeUnfinished, unfinishedBytes } from './unfinished.ts'

export interface Downloads {
  /**
   * Begins, or goes on with, bringing a model. Throws invalid_request, url_not_allowed, model_exists, queue_full and,
   * for a path, model_file_invalid; what goes wrong later stands in the download.
   */
  add(request: AddModel): Promise<Download>
  /** Newest first. */
  list(): readonly Download[]
  /** Resolves when it has stopped. Throws download_not_found. */
  cancel(id: string): Promise<Download>
  /** What arrived of those that stopped, also before this start. */
  unfinishedBytes(): Promise<number>
  removeUnfinished(): Promise<void>
  /** Stops all; resolves when nothing is written any more. */
  close(): Promise<void>
}

export interface DownloadsOptions {
  readonly path: string
  readonly folder: Pick<ModelsFolder, 'scan' | 'recordHash'>
  readonly net: Net
  readonly log: Log
  readonly onChange: (download: Download) => void
  readonly newId: () => string
  readonly now: () => number
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>
  readonly maxBytes?: number
  /** Bytes that may still be written at a path. */
  readonly freeBytes?: (path: string) => Promise<number>
}

interface Job {
  download: Download
  readonly request: AddModel
  readonly file: string
  readonly abort: AbortController
  startedMs: number
  firstBytes: number | null
  lastToldMs: number
  finished: Promise<void>
}

const maxRunning = 2
const maxWaiting = 32
const maxListed = 100
const toldEveryMs = 250
/** Left on the disk for everything else. */
const spareBytes = 256 * 1024 * 1024

export function createDownloads(options: DownloadsOptions): Downloads {
  const { path, folder, net, log, now, maxBytes = 2 ** 40, freeBytes = freeBytesOf } = options
  const jobs: Job[] = []
  const waiting: (() => void)[] = []
  let running = 0
  let closed = false

  function update(job: Job, change: Partial<Download>): void {
    job.download = { ...job.download, ...change }
    job.lastToldMs = now()
    options.onChange(job.download)
  }

  function progress(job: Job, receivedBytes: number, totalBytes: number | null): void {
    job.firstBytes ??= receivedBytes
    const seconds = Math.max((now() - job.startedMs) / 1000, 0.001)
    const bytesPerSecond = Math.max(0, receivedBytes - job.firstBytes) / seconds
    job.download = { ...job.download, receivedBytes, totalBytes, bytesPerSecond }
    if (now() - job.lastToldMs >= toldEveryMs) update(job, {})
  }

  async function checkSpace(moreBytes: number): Promise<void> {
    const free = await freeBytes(path)
    const need = moreBytes + spareBytes
    if (free < need) throw new HobError('disk_full', { path, free, need })
  }

  async function bring(job: Job, part: Part): Promise<void> {
    const { request } = job
    const signal = job.abort.signal
    const common = {
      part,
      maxBytes,
      signal,
      checkSpace,
      onProgress: (received: number, total: number | null) => progress(job, received, total),
    }
    const { sleep } = options
    await (isUrl(request.source)
      ? transfer({ ...common, net, sleep, url: request.source, allowPrivate: request.allowPrivate === true })
      : copyInto({ ...common, source: request.source }))
    update(job, { state: 'verifying' })
    const sha256 = await verify(job, part)
    const id = job.file.replace(/\.gguf$/, '')
    await part.finish(join(path, job.file), id)
    await folder.scan(job.file)
    if (sha256 !== null) await folder.recordHash(id, sha256)
    update(job, { state: 'done', model: id, bytesPerSecond: 0 })
  }

  /** A file that is whole but wrong is no beginning of a right one: it is removed. */
  async function verify(job: Job, part: Part): Promise<string | null> {
    const expected = job.request.sha256?.toLowerCase()
    try {
      const actual = expected === undefined ? null : (await part.hash(job.abort.signal)).digest('hex')
      if (expected !== undefined && actual !== null && actual !== expected) {
        throw new HobError('hash_mismatch', { actual, expected })
      }
      await readModelFile(part.path, job.file)
      return actual
    } catch (error) {
      if (error instanceof HobError) await part.remove()
      throw error
    }
  }

  /** A freed place goes to the longest waiting one directly, so that nobody overtakes it. */
  async function takePlace(signal: AbortSignal): Promise<void> {
    if (running < maxRunning) {
      running++
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const leave = (): void => {
      waiting.splice(waiting.indexOf(resolve), 1)
      reject(signal.reason)
    }
    waiting.push(resolve)
    signal.addEventListener('abort', leave, { once: true })
    await promise
    signal.removeEventListener('abort', leave)
  }

  function givePlace(): void {
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }

  async function run(job: Job): Promise<void> {
    try {
      await takePlace(job.abort.signal)
    } catch (error) {
      fail(job, error)
      return
    }
    job.startedMs = now()
    try {
      job.abort.signal.throwIfAborted()
      await mkdir(path, { recursive: true })
      await bring(job, createPart(join(path, `${job.file}.part`)))
    } catch (error) {
      fail(job, error)
    } finally {
      givePlace()
    }
  }

  function fail(job: Job, error: unknown): void {
    if (job.abort.signal.aborted) {
      update(job, { state: 'cancelled', bytesPerSecond: 0 })
      return
    }
    const known = fullDisk(error, path)
    if (!(known instanceof HobError))
      log.error('download failed', { id: job.download.id, ...errorFields(error) })
    const { code, message, remedy } = toErrorBody(known).body.error
    update(job, { state: 'failed', bytesPerSecond: 0, error: { code, message, remedy } })
  }

  const isActive = ({ download }: Job): boolean =>
    download.state === 'running' || download.state === 'verifying'

  const isBeingBrought = (file: string): boolean => jobs.some((job) => isActive(job) && job.file === file)

  async function check(request: AddModel, file: string): Promise<void> {
    if (closed) throw new HobError('shutting_down')
    const model = file.replace(/\.gguf$/, '')
    const present = await access(join(path, file)).then(
      () => true,
      () => false,
    )
    if (present) throw new HobError('model_exists', { model })
    if (isUrl(request.source)) {
      const url = parseUrl(request.source)
      if (request.allowPrivate !== true) refusePrivateLiteral(url, isPublicAddress)
    } else if (isAbsolute(request.source)) {
      const readable = await access(request.source, constants.R_OK).then(
        () => true,
        () => false,
      )
      if (!readable) throw new HobError('file_not_found', { path: request.source })
      await readModelFile(request.source)
    } else {
      throw new HobError(
        'invalid_request',
        { detail: 'Give an absolute path, or an http or https address.' },
        { param: 'source' },
      )
    }
  }

  return {
    list: () => jobs.map(({ download }) => download),
    unfinishedBytes: () => unfinishedBytes(path, isBeingBrought),
    removeUnfinished: () => removeUnfinished(path, isBeingBrought),
    async add(request) {
      const file = fileNameFor(request)
      await check(request, file)
      const same = jobs.find((job) => isActive(job) && job.file === file)
      if (same?.request.source === request.source) return same.download
      if (same !== undefined) throw new HobError('model_exists', { model: file.replace(/\.gguf$/, '') })
      if (jobs.filter(isActive).length >= maxRunning + maxWaiting) {
        throw new HobError('queue_full', { waiting: maxWaiting, retryAfter: 60 })
      }
      const source = isUrl(request.source) ? publicUrl(request.source) : request.source
      const job: Job = {
        request,
        file,
        abort: new AbortController(),
        startedMs: now(),
        firstBytes: null,
        lastToldMs: 0,
        finished: Promise.resolve(),
        download: {
          id: options.newId(),
          source,
          file,
          state: 'running',
          receivedBytes: 0,
          totalBytes: null,
          bytesPerSecond: 0,
          model: null,
          error: null,
        },
      }
      jobs.unshift(job)
      const oldest = jobs.findLastIndex((one) => !isActive(one))
      if (jobs.length > maxListed && oldest !== -1) jobs.splice(oldest, 1)
      update(job, {})
      job.finished = run(job)
      return job.download
    },
    async cancel(id) {
      const job = jobs.find(({ download }) => download.id === id)
      if (job === undefined) throw new HobError('download_not_found', { id })
      if (isActive(job)) {
        job.abort.abort()
        await job.finished
      }
      return job.download
    },
    async close() {
      closed = true
      for (const job of jobs) if (isActive(job)) job.abort.abort()
      await Promise.all(jobs.map(({ finished }) => finished))
    },
  }
}

async function freeBytesOf(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

/** The disk may fill in the middle, by somebody else. */
function fullDisk(error: unknown, path: string): unknown {
  const isFull =
    error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  return isFull && !(error instanceof HobError)
    ? new HobError('disk_full', { path, free: 0, need: spareBytes }, { cause: error })
    : error
}
