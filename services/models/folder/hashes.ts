// SHA-256 of the model files, each in a small file under `.hob/` beside them. A hash counts only while the model's
// size and time of change are what they were. Used by the folder only.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

interface Hashed {
  readonly file: string
  readonly bytes: number
  readonly modifiedMs: number
}

const recordSchema = z.strictObject({
  bytes: z.number(),
  modifiedMs: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

export interface Hashes {
  known(of: Hashed): Promise<string | null>
  record(of: Hashed, sha256: string): Promise<void>
  compute(path: string, of: Hashed, signal: AbortSignal): Promise<string>
  forget(file: string): Promise<void>
}

export function createHashes(folder: string): Hashes {
  const place = (file: string): string => join(folder, `${file}.json`)

  async function record({ file, bytes, modifiedMs }: Hashed, sha256: string): Promise<void> {
    await mkdir(folder, { recursive: true })
    const partial = `${place(file)}.part`
    // never through a link that somebody who may write here has planted
    await rm(partial, { force: true })
    await writeFile(partial, JSON.stringify({ bytes, modifiedMs, sha256: sha256.toLowerCase() }), {
      flag: 'wx',
    })
    await rename(partial, place(file))
  }

  return {
    record,
    async known({ file, bytes, modifiedMs }) {
      const text = await readFile(place(file), 'utf8').catch(() => null)
      if (text === null) return null
      const parsed = recordSchema.safeParse(parseJson(text))
      const fits = parsed.success && parsed.data.bytes === bytes && parsed.data.modifiedMs === modifiedMs
      return fits ? parsed.data.sha256 : null
    },
    async compute(path, of, signal) {
      const hash = createHash('sha256')
      for await (const chunk of createReadStream(path, { signal, highWaterMark: 1 << 20 })) hash.update(chunk)
      const sha256 = hash.digest('hex')
      await record(of, sha256)
      return sha256
    },
    forget: (file) => rm(place(file), { force: true }),
  }
}

/** Null for what is no JSON: the hash is then computed anew. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
