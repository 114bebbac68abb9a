// What arrived of downloads that stopped: how much it is, and away with it. Files of downloads that run are not touched. Used by
// downloads.ts only.
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The file that is being brought → whether its download runs. */
type IsActive = (file: string) => boolean

/** A part, the note beside it, and a note that was being written. */
const leftover = /^(.+\.gguf)\.part(?:\.json(?:\.new)?)?$/

export async function unfinishedBytes(folder: string, isActive: IsActive): Promise<number> {
  const sizes = await Promise.all(
    (await leftovers(folder, isActive)).map(async ({ path }) => {
      // it may be whole by now, and have its own name
      return (await stat(path).catch(() => null))?.size ?? 0
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

export async function removeUnfinished(folder: string, isActive: IsActive): Promise<void> {
  for (const { path, file } of await leftovers(folder, isActive)) {
    // somebody may have gone on with it while the ones before were removed
    if (!isActive(file)) await rm(path, { force: true })
  }
}

async function leftovers(folder: string, isActive: IsActive): Promise<{ path: string; file: string }[]> {
  return (await readdir(folder)).flatMap((name) => {
    const file = leftover.exec(name)?.[1]
    return file === undefined || isActive(file) ? [] : [{ path: join(folder, name), file }]
  })
}
