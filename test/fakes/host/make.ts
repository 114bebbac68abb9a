// A machine's programs for tests: a folder to put before PATH, whose programs stand in for the host's own and pass the same suite
// (test/contract/host-programs.ts). Each run is written down. Owns a temporary folder.
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { callsFile, type FakeState, type JournalLine, journalFile, stateFile } from './state.ts'

const programs = [
  'systemctl',
  'timedatectl',
  'hostnamectl',
  'smartctl',
  'journalctl',
  'cryptsetup',
  'systemd-cryptenroll',
] as const

export interface FakeHost {
  /** For a process that is to meet these programs. */
  readonly environment: { PATH: string; HOB_FAKE_HOST: string }
  /** The argument lists so far, each with its program's name first. */
  calls(): string[][]
  /** The machine as the programs have left it. */
  state(): FakeState
  /** Writes to the journal. */
  say(line: Pick<JournalLine, 'unit' | 'text'> & Partial<JournalLine>): void
  remove(): void
}

export function createFakeHost(state: Partial<FakeState> = {}): FakeHost {
  const folder = mkdtempSync(join(tmpdir(), 'hob-host-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const name of programs) {
    const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
    const path = join(bin, name)
    writeFileSync(
      path,
      `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${file}' "$@"\n`,
    )
    chmodSync(path, 0o755)
  }
  const first: FakeState = { hostName: 'hob', timeZone: 'Etc/UTC', disks: {}, partitions: {}, ...state }
  writeFileSync(stateFile(folder), JSON.stringify(first))
  const read = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')
  return {
    environment: { PATH: `${bin}${delimiter}${process.env['PATH']}`, HOB_FAKE_HOST: folder },
    calls: () =>
      read(callsFile(folder))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as string[]),
    state: () => JSON.parse(read(stateFile(folder))) as FakeState,
    say: (line) =>
      appendFileSync(journalFile(folder), `${JSON.stringify({ atMs: Date.now(), priority: 6, ...line })}\n`),
    remove: () => rmSync(folder, { recursive: true }),
  }
}
