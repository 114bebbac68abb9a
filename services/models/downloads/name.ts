// The file name under which a model arrives: the wished id, or the last part of its path. Pure.
import { basename } from 'node:path'
import type { AddModel } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'

export const isUrl = (source: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(source)

/** Throws invalid_request. */
export function fileNameFor({ source, name }: AddModel): string {
  const last = isUrl(source) ? lastOfUrl(source) : basename(source)
  const id = name ?? last.replace(/\.gguf$/i, '')
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(id)) {
    throw new HobError(
      'invalid_request',
      {
        detail: `No usable name follows from the address (“${id}”): give one with letters, digits, dot, dash and underscore.`,
      },
      { param: 'name' },
    )
  }
  return `${id}.gguf`
}

function lastOfUrl(source: string): string {
  const path = URL.parse(source)?.pathname ?? ''
  try {
    return decodeURIComponent(basename(path))
  } catch {
    return basename(path)
  }
}
