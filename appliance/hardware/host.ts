// The one way in which appliance/hardware looks at a machine's files: /proc, /sys, /run/udev under a root directory.
// A recorded machine implements the same four calls, so that what is tested is what runs. Owns no state, never throws.
import { constants } from 'node:fs'
import { access, open, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'

export type Reading =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string }

export interface Host {
  readFile(path: string): Promise<Reading>
  /** Where a symbolic link points, as it is written; null where there is none. */
  readLink(path: string): Promise<string | null>
  /** Names in a folder, sorted; empty where there is none. */
  list(path: string): Promise<string[]>
  exists(path: string): Promise<boolean>
}

/** /proc/cpuinfo of 256 processors has 0.4 MB; nothing that is read here is larger. */
export const maxFileBytes = 2 * 1024 * 1024
const maxNames = 4096

export function createHost(root = '/'): Host {
  const at = (path: string): string => join(root, path)
  return {
    readFile: async (path) => {
      try {
        return asText(await readCapped(at(path)))
      } catch (error) {
        return { ok: false, reason: whyUnreadable(error) }
      }
    },
    readLink: async (path) => {
      try {
        return await readlink(at(path))
      } catch {
        return null
      }
    },
    list: async (path) => {
      try {
        return (await readdir(at(path))).sort().slice(0, maxNames)
      } catch {
        return []
      }
    },
    exists: async (path) => {
      try {
        await access(at(path))
        return true
      } catch {
        return false
      }
    },
  }
}

/** The reason of what was not read because the time was over: the machine may well have it. */
export const outOfTime = 'was not read: no time was left'

/** The same host, which answers "no time left" to everything once the signal is aborted, also to what hangs. */
export function limitHost(host: Host, signal: AbortSignal): Host {
  const late = new Promise<'late'>((resolve) => {
    if (signal.aborted) resolve('late')
    else signal.addEventListener('abort', () => resolve('late'), { once: true })
  })
  const within = async <Value>(answer: Promise<Value>, otherwise: Value): Promise<Value> => {
    const first = await Promise.race([answer, late])
    return first === 'late' ? otherwise : first
  }
  return {
    readFile: (path) => within(host.readFile(path), { ok: false, reason: outOfTime }),
    readLink: (path) => within(host.readLink(path), null),
    list: (path) => within(host.list(path), []),
    exists: (path) => within(host.exists(path), false),
  }
}

/** Bytes as text; what is larger than the cap or is not text is refused with the reason. */
export function asText(bytes: Uint8Array): Reading {
  if (bytes.length > maxFileBytes) return { ok: false, reason: `is larger than ${maxFileBytes} bytes` }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return hasControls(text) ? { ok: false, reason: 'is not text' } : { ok: true, text }
  } catch {
    return { ok: false, reason: 'is not text' }
  }
}

/** NUL ends the strings of a device tree, and lines have tabs and ends; nothing else belongs into any of these files. */
function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if ((code < 32 && code !== 0 && code !== 9 && code !== 10 && code !== 13) || code === 127) return true
  }
  return false
}

/** Sizes in /proc and /sys are not to be trusted, so it reads to the end or past the cap. */
async function readCapped(path: string): Promise<Uint8Array> {
  // O_NONBLOCK: a named pipe in the place of a file must not hold a thread for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const chunks: Buffer[] = []
    let length = 0
    while (length <= maxFileBytes) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(65_536), 0, 65_536, null)
      if (bytesRead === 0) break
      chunks.push(buffer.subarray(0, bytesRead))
      length += bytesRead
    }
    return Buffer.concat(chunks)
  } finally {
    await file.close()
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'is not there'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user'
  return `could not be read (${code})`
}
