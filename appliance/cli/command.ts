// What a verb of the `hob` command is. Verbs write through the terminal they are given and throw HobErrors.
import type { Config } from '../config/load.ts'
import type { Caller, Client } from '../ipc/client.ts'

export interface Terminal {
  write(text: string): void
  /** One line that replaces itself, on a terminal only. */
  progress(text: string): void
  /** What is piped in, to its end, without the last line break. */
  piped(): Promise<string>
  /** A line that the person types; null when nobody sits there. */
  ask(question: string): Promise<string | null>
}

export interface CommandInput {
  args: readonly string[]
  /** Print data, not words. */
  json: boolean
  config: Config
  terminal: Terminal
  box: { client: Client; caller: Caller }
}

export interface Command {
  readonly name: string
  /** [form, meaning] for `hob help`. */
  readonly usage: readonly (readonly [string, string])[]
  run(input: CommandInput): Promise<void>
}
