// A file on its way: `NAME.gguf.part` and beside it a small note of where it comes from, so that a later try can go
// on. The note keeps a hash of the URL, since queries may carry tokens. Used by this folder only.
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { type FileHandle, link, open, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { HobError } from '#appliance/errors.ts'

const { O_APPEND, O_NOFOLLOW, O_WRONLY } = constants

const noteSchema = z.strictObject({
  source: z.string(),
  /** A strong ETag, or Last-Modified: proof that the rest belongs to what is here. */
  validator: z.string().nullable(),
  totalBytes: z.number().nullable(),
})
export type Note = z.infer<typeof noteSchema>

export interface Part {
  readonly path: string
  bytes(): Promise<number>
  /** What is known of it, if it came from this very source. */
  note(source: string): Promise<Note | null>
  remember(source: string, note: Omit<Note, 'source'>): Promise<void>
  /** At its end, or empty. */
  open(how: 'append' | 'anew'): Promise<FileHandle>
  hash(signal: AbortSignal): Promise<ReturnType<typeof createHash>>
  remove(): Promise<void>
  /** Makes it durable and gives it its name. Throws model_exists. */
  finish(target: string, model: string): Promise<void>
}

const digest = (source: string): string => createHash('sha256').update(source).digest('hex')

export function createPart(path: string): Part {
  const notePath = `${path}.json`

  const remove = async (): Promise<void> => {
    await rm(path, { force: true })
    await rm(notePath, { force: true })
  }

  return {
    path,
    remove,
    async bytes() {
      // not there: nothing has arrived yet
      return (await stat(path).catch(() => null))?.size ?? 0
    },
    async note(source) {
      // without a readable note nobody knows what the part is of: it begins anew
      const text = await readFile(notePath, 'utf8').catch(() => null)
      if (text === null) return null
      const parsed = noteSchema.safeParse(parseJson(text))
      return parsed.success && parsed.data.source === digest(source) ? parsed.data : null
    },
    async remember(source, note) {
      await rm(`${notePath}.new`, { force: true })
      await writeFile(`${notePath}.new`, JSON.stringify({ source: digest(source), ...note }), { flag: 'wx' })
      await rename(`${notePath}.new`, notePath)
    },
    async open(how) {
      // whoever may write into this folder must not lead the service to a file elsewhere by a link
      if (how === 'append') return await open(path, O_WRONLY | O_APPEND | O_NOFOLLOW)
      await rm(path, { force: true })
      return await open(path, 'wx', 0o644)
    },
    async hash(signal) {
      const hash = createHash('sha256')
      const stream = createReadStream(path, { signal, highWaterMark: 1 << 20 })
      for await (const piece of stream) hash.update(piece)
      return hash
    },
    async finish(target, model) {
      await sync(path, 'r+')
      // A link, unlike a rename, never replaces what came there in the meantime.
      await link(path, target).catch((cause: unknown) => {
        const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
        if (exists) throw new HobError('model_exists', { model }, { cause })
        // Some file systems (exFAT) have no links.
        return rename(path, target)
      })
      await unlink(path).catch(() => undefined)
      await rm(notePath, { force: true })
      await sync(dirname(target), 'r')
    },
  }
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
