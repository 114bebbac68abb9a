// The door to timedatectl(1): the machine's time zone and whether its clock follows a server's. Setting it needs root.
import { runProgram } from './program.ts'

export interface TimeState {
  readonly timeZone: string
  /** Null: it does not say. */
  readonly clockSynchronized: boolean | null
}

export async function readTime(): Promise<TimeState> {
  const text = await runProgram('timedatectl', ['show', '--property=Timezone', '--property=NTPSynchronized'])
  const of = (name: string): string | undefined => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1]
  const synchronized = of('NTPSynchronized')
  return {
    timeZone: of('Timezone') || 'UTC',
    clockSynchronized: synchronized === undefined ? null : synchronized === 'yes',
  }
}

export const listTimeZones = async (): Promise<string[]> =>
  (await runProgram('timedatectl', ['--no-pager', 'list-timezones'])).split('\n').filter(Boolean)

/** `timeZone` is one of the list's. */
export const setTimeZone = async (timeZone: string): Promise<void> =>
  void (await runProgram('timedatectl', ['--no-ask-password', 'set-timezone', '--', timeZone]))
