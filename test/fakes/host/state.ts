// What the stand-ins of the host's programs share: the machine's settings as a file, the journal as another, and a note of each run.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface FakeState {
  hostName: string
  timeZone: string
  /** What smartctl says of each, by the name of a file in test/fixtures/smartctl. */
  disks: Record<string, string>
  /** Those of the household's data; `keys` are the recovery keys that open an encrypted one, by its TPM. */
  partitions: Record<string, { isEncrypted: false } | { isEncrypted: true; keys: string[] }>
}

export interface JournalLine {
  atMs: number
  unit: string
  text: string
  priority: number
}

export const stateFile = (folder: string): string => join(folder, 'state.json')
export const callsFile = (folder: string): string => join(folder, 'calls.jsonl')
export const journalFile = (folder: string): string => join(folder, 'journal.jsonl')

const folder = (): string => process.env['HOB_FAKE_HOST'] ?? ''

/** Notes this run, and gives its arguments. */
export function begin(program: string): string[] {
  const args = process.argv.slice(2)
  appendFileSync(callsFile(folder()), `${JSON.stringify([program, ...args])}\n`)
  return args
}

export const readState = (): FakeState => JSON.parse(readFileSync(stateFile(folder()), 'utf8')) as FakeState
export const changeState = (change: Partial<FakeState>): void =>
  writeFileSync(stateFile(folder()), JSON.stringify({ ...readState(), ...change }))
export const ownJournal = (): string => journalFile(folder())

export function fail(words: string, status = 1): never {
  process.stderr.write(`${words}\n`)
  process.exit(status)
}
