// The door to systemctl(1): how Hob's units are, restarting the machine and switching it off. The last two need root.
import { z } from 'zod'
import { runProgram } from './program.ts'

export interface UnitState {
  /** `hob-api.service` */
  readonly unit: string
  readonly active:
    | 'active'
    | 'reloading'
    | 'inactive'
    | 'failed'
    | 'activating'
    | 'deactivating'
    | 'maintenance'
  /** A socket, path or timer may start it. */
  readonly isTriggered: boolean
  readonly since: Date | null
  readonly restarts: number
  /** Null: not running, or not counted. */
  readonly memoryBytes: number | null
}

const unitSchema = z.object({
  Id: z.string(),
  ActiveState: z.enum([
    'active',
    'reloading',
    'inactive',
    'failed',
    'activating',
    'deactivating',
    'maintenance',
  ]),
  StateChangeTimestamp: z.string(),
  NRestarts: z.coerce.number().int().catch(0),
  MemoryCurrent: z.string().default(''),
  TriggeredBy: z.string().default(''),
})
const properties = Object.keys(unitSchema.shape).join(',')

/** Those that are loaded, by their names. `pattern` is a glob, of the program's own and never a person's. */
export async function readUnits(pattern = 'hob-*.service'): Promise<UnitState[]> {
  const args = ['show', '--all', '--timestamp=unix', `--property=${properties}`, '--', pattern]
  const blocks = (await runProgram('systemctl', args)).split(/\n{2,}/)
  return blocks
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const unit = unitSchema.parse(Object.fromEntries(block.trim().split('\n').map(pair)))
      return {
        unit: unit.Id,
        active: unit.ActiveState,
        isTriggered: unit.TriggeredBy !== '',
        since: timeOf(unit.StateChangeTimestamp),
        restarts: unit.NRestarts,
        memoryBytes: /^\d{1,15}$/.test(unit.MemoryCurrent) ? Number(unit.MemoryCurrent) : null,
      }
    })
    .sort((a, b) => (a.unit < b.unit ? -1 : 1))
}

/** When systemd itself was started, in the machine or the container. */
export async function readBootTime(): Promise<Date | null> {
  return timeOf(
    await runProgram('systemctl', ['show', '--timestamp=unix', '--value', '--property=UserspaceTimestamp']),
  )
}

/** Resolves when it has begun. */
export const reboot = async (): Promise<void> => void (await runProgram('systemctl', ['--no-wall', 'reboot']))
export const powerOff = async (): Promise<void> =>
  void (await runProgram('systemctl', ['--no-wall', 'poweroff']))

const pair = (line: string): [string, string] => {
  const at = line.indexOf('=')
  return [line.slice(0, at), line.slice(at + 1)]
}

/** `@1764187200`; empty, `@0` or n/a: never. */
function timeOf(text: string): Date | null {
  const seconds = /^@([1-9]\d{0,10})$/.exec(text.trim())?.[1]
  return seconds === undefined ? null : new Date(Number(seconds) * 1_000)
}
