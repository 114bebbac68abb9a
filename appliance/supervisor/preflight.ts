// What must hold before any service starts, each refused with a clear error: the data folder can be written and has
// room, no other box runs on it, the ports are free.
import { accessSync, constants, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Config } from '../config/load.ts'
import { HobError } from '../errors.ts'
import { lockFolder } from '../store/lock.ts'

/** Room for the databases' journals and the log; models need their own and are checked when they are added. */
const neededBytes = 64 * 1024 * 1024

/** Throws data_unwritable, data_full, data_in_use, port_in_use or port_not_allowed. Returns the folder's release. */
export async function preflight(config: Config): Promise<() => void> {
  prepareFolder(config.dataDir)
  const release = lockFolder(config.dataDir)
  try {
    mkdirSync(config.modelsDir, { recursive: true })
    mkdirSync(config.runDir, { recursive: true, mode: 0o700 })
    await requireFreePort(config.port, config.listen)
    if (config.tls === 'on') await requireFreePort(config.plainPort, config.listen)
  } catch (error) {
    release()
    throw error
  }
  return release
}

function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < neededBytes) throw new HobError('data_full', { folder, need: neededBytes })
    const probe = join(folder, `.write-${process.pid}`)
    writeFileSync(probe, 'x')
    rmSync(probe)
  } catch (error) {
    if (error instanceof HobError) throw error
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new HobError('data_full', { folder, need: neededBytes }, { cause: error })
    const detail = error instanceof Error ? error.message : String(error)
    throw new HobError('data_unwritable', { folder, detail }, { cause: error })
  }
}

function requireFreePort(port: number, listen: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new HobError('port_in_use', { port, address: listen }))
      else
        reject(
          new HobError(
            'port_not_allowed',
            { port, address: listen, detail: error.message },
            { cause: error },
          ),
        )
    })
    probe.listen({ port, host: listen }, () => probe.close(() => resolve()))
  })
}
