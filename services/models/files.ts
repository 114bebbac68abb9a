// The model files of this box as the rest of the service sees them: the folder, the starter beside it, so that there is
// always something to run, and the downloads. Used by main.ts.
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Download } from '#appliance/contracts/models.ts'
import type { Log } from '#appliance/log.ts'
import { createNet } from '#appliance/net/net.ts'
import type { Clock } from '#appliance/timers/timers.ts'
import type { Catalogue } from './catalogue/schema.ts'
import { createDownloads } from './downloads/downloads.ts'
import { createModelsFolder, type ModelsFolder } from './folder/folder.ts'
import type { Downloads, Folder } from './ports.ts'
import { createProgressLog } from './progress-log.ts'
import { starterFile } from './starter/file.ts'

interface Files {
  installed: ModelsFolder
  folder: Folder
  downloads: Downloads & { close(): Promise<void> }
}

export async function openFiles({
  path,
  catalogue,
  clock,
  log,
}: {
  path: string
  catalogue: Catalogue
  clock: Clock
  log: Log
}): Promise<Files> {
  await mkdir(path, { recursive: true })
  const listeners = new Set<() => void>()
  const installed = createModelsFolder({
    path,
    starter: starterFile,
    catalogue,
    log,
    onChange: () => {
      for (const listener of listeners) listener()
    },
    setTimer: (callback, delayMs) => clock.at(new Date(clock.now().getTime() + delayMs), callback),
    now: () => clock.now().getTime(),
  })
  await installed.scan()
  installed.watch()
  const folder: Folder = {
    installed: () => installed.models().map(({ model }) => model),
    rejected: installed.rejected,
    pathOf: ({ id }) => installed.pathOf(id),
    remove: installed.remove,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const watchers = new Set<(download: Download) => void>()
  const tell = createProgressLog({ clock, log })
  const logDownload = ({ file, state, receivedBytes, totalBytes, error }: Download): void => {
    const fields = { file, received_bytes: receivedBytes, total_bytes: totalBytes }
    if (state === 'running' || state === 'verifying') tell('downloading', () => ({ ...fields, state }))
    else log.info(`download ${state}`, { ...fields, code: error?.code })
  }
  const transfers = createDownloads({
    path,
    folder: installed,
    net: createNet(),
    log,
    onChange: (download) => {
      logDownload(download)
      for (const watcher of watchers) watcher(download)
    },
    newId: randomUUID,
    now: () => clock.now().getTime(),
    sleep: (delayMs, signal) => pause(delayMs, undefined, { signal }),
  })
  const downloads = {
    ...transfers,
    onChange: (watcher: (download: Download) => void) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
  }
  return { installed, folder, downloads }
}
