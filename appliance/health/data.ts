// Can what people say still be kept? Writes a small file where the api keeps its databases and has the disk confirm it: a file
// system that turned read-only after an error, and a full one, are found by this and by nothing less.
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Check, issue, ok, reasonOf } from './check.ts'

/** A block of any common file system: a file of some bytes may fit into what is left of its directory's inode. */
const block = Buffer.alloc(4_096, 'hob')
const full = new Set(['ENOSPC', 'EDQUOT'])
const unwritable = new Set(['EROFS', 'EACCES', 'EPERM', 'EIO', 'ENOENT', 'ENOTDIR', 'ELOOP'])

/** `folder`: one that the api may write. */
export const dataCheck = ({ folder }: { folder: string }): Check => ({
  name: 'data',
  gates: true,
  // a disk that wakes up takes ten
  limitMs: 20_000,
  issues: {
    data_full: {
      severity: 'serious',
      message: 'The disk of {folder} is full: nothing can be kept.',
      suggestion: 'Remove a model that you do not use. What is said until then is lost.',
    },
    data_unwritable: {
      severity: 'serious',
      message: 'Nothing can be written to {folder} ({reason}).',
      suggestion:
        'Restart the box. If this stays, the disk is failing: back up what you can, and replace it.',
    },
  },
  reasons: {},
  detect: async () => {
    try {
      await writeThrough(join(folder, '.health-check'))
      return ok
    } catch (error) {
      const reason = reasonOf(error)
      if (full.has(reason)) return issue('data_full', { folder })
      if (unwritable.has(reason)) return issue('data_unwritable', { folder, reason })
      throw error
    }
  },
})

/** Throws the system's errors. Leaves nothing behind; what a killed predecessor left is removed. */
async function writeThrough(path: string): Promise<void> {
  await rm(path, { force: true })
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(block)
    await file.sync()
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}
