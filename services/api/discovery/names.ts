// Who this box is on the network: its id, random and made once at the first start, the host name and the display name
// that its owner chose. Owns DATA/api/box.json, which appears whole or not at all; nothing about people is in it.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { HobError } from '#appliance/errors.ts'
import { storeError } from '#appliance/store/open.ts'
import { displayFlaw, hostFlaw } from './labels.ts'

const fileSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  host: z.string().refine((label) => hostFlaw(label) === null, 'not a host name'),
  name: z.string().refine((name) => displayFlaw(name) === null, 'not a display name'),
})

export type BoxNames = Readonly<z.infer<typeof fileSchema>>

export interface Names {
  current(): BoxNames
  /** One label, without `.local`. Throws name_invalid, and what cannot be written. */
  setHost(label: string): BoxNames
  /** Whether setName would take it. Throws name_invalid. */
  checkName(name: string): void
  /** What people read. Throws name_invalid, and what cannot be written. */
  setName(name: string): BoxNames
}

interface Options {
  file: string
  /** For tests. */
  makeId?: () => string
}

/** Throws data_corrupt, data_unwritable or data_full. */
export function openNames({ file, makeId = () => randomBytes(8).toString('hex') }: Options): Names {
  let names = existsSync(file) ? read(file) : firstNames(file, makeId())

  const change = (part: Partial<BoxNames>): BoxNames => {
    const next = { ...names, ...part }
    write(file, next)
    names = next
    return next
  }

  return {
    current: () => names,
    setHost: (label) => {
      const host = label.toLowerCase()
      const flaw = hostFlaw(host)
      if (flaw !== null) throw new HobError('name_invalid', { detail: flaw }, { param: 'host' })
      return change({ host })
    },
    checkName: (given) => void displayName(given),
    setName: (given) => change({ name: displayName(given) }),
  }
}

function displayName(given: string): string {
  const name = given.normalize('NFC').trim()
  const flaw = displayFlaw(name)
  if (flaw !== null) throw new HobError('name_invalid', { detail: flaw }, { param: 'name' })
  return name
}

function firstNames(file: string, id: string): BoxNames {
  const short = id.slice(0, 4)
  const names = fileSchema.parse({ id, host: `hob-${short}`, name: `Hob ${short}` })
  write(file, names)
  return names
}

function read(file: string): BoxNames {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const known = storeError(file, error)
    if (known instanceof HobError) throw known
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON'
    throw new HobError('data_corrupt', { file, detail }, { cause: error })
  }
}

/** Written beside its place, synced, renamed, and the folder synced: a power cut leaves the old one or the new one. */
function write(file: string, names: BoxNames): void {
  const beside = `${file}.new`
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const handle = openSync(beside, 'w', 0o600)
    try {
      writeFileSync(handle, `${JSON.stringify(names, null, 2)}\n`)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(beside, file)
    const folder = openSync(dirname(file), 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch (error) {
    throw storeError(file, error)
  }
}
