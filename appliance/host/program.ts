// Runs a program of the host for the doors beside this file: a fixed environment, an argument array, a bound on time and output.
// There is no shell, and nothing that a person typed is ever the first word of an argument list.
import { execFile } from 'node:child_process'
import { HobError } from '../errors.ts'

interface Options {
  timeoutMs?: number
  maxBytes?: number
  /** Of the exit statuses other than 0, those that still come with an answer. */
  answers?: (status: number) => boolean
}

/** In English whatever the machine speaks, in UTC wherever it stands: what is read here is read by a program. */
export const hostEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' })

/** What it wrote. Throws host_failed with what it said, and program_missing. */
export function runProgram(
  file: string,
  args: readonly string[],
  { timeoutMs = 30_000, maxBytes = 4 * 1024 * 1024, answers = () => false }: Options = {},
): Promise<string> {
  const options = { timeout: timeoutMs, maxBuffer: maxBytes, env: hostEnvironment() }
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (cause, stdout, stderr) => {
      if (cause === null || (typeof cause.code === 'number' && answers(cause.code))) resolve(stdout)
      else if (cause.code === 'ENOENT') reject(new HobError('program_missing', { program: file }, { cause }))
      else reject(new HobError('host_failed', { program: file, detail: reasonOf(cause, stderr) }, { cause }))
    })
  })
}

/** Its last words, or what became of it. */
function reasonOf({ killed, message }: { killed?: boolean; message: string }, stderr: string): string {
  const said = stderr.trim().split('\n').at(-1) ?? ''
  return (said !== '' ? said : killed === true ? 'it took too long' : message).slice(0, 300)
}
