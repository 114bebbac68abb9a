// The tools that every model of the box may be offered, and that the starter was trained on: names, arguments and
// results are frozen, since a trained model knows them by heart. The services that carry them out implement this; a
// new tool is added, an old one is never changed.
import { z } from '@hono/zod-openapi'

const words = z.string().min(1).max(4_000)
const id = z.string()

interface BoxTool {
  /** For the model: what it does. */
  readonly description: string
  readonly arguments: z.ZodObject
  readonly result: z.ZodObject
}

export const boxTools = {
  get_status: {
    description: 'How the box is: its health, model, memory, disk and temperature.',
    arguments: z.strictObject({}),
    result: z.object({
      health: z.enum(['good', 'attention']),
      /** Null: none is loaded. */
      model: z.string().nullable(),
      memoryUsedPercent: z.number().int().min(0).max(100),
      diskUsedPercent: z.number().int().min(0).max(100),
      /** Null: not measured. */
      temperatureC: z.number().int().nullable(),
    }),
  },
  get_time: {
    description: 'The time, date and weekday now, here or in a time zone.',
    arguments: z.strictObject({
      timezone: z.string().max(64).optional().describe('IANA name; without it, the time zone of the box'),
    }),
    result: z.object({ time: z.string(), date: z.iso.date(), weekday: z.string(), timezone: z.string() }),
  },
  calculate: {
    description: 'The value of an arithmetic expression.',
    arguments: z.strictObject({
      expression: words.describe('digits, + - * / ^ ( ) . and sqrt(), without spaces'),
    }),
    result: z.object({ value: z.string() }),
  },
  run_command: {
    description: 'Runs one command in the sandbox.',
    arguments: z.strictObject({
      command: z.array(z.string().max(4_000)).min(1).max(64).describe('program and arguments; no shell'),
    }),
    result: z.object({ exitCode: z.number().int(), output: z.string() }),
  },
  schedule_task: {
    description: 'Does something, or reminds of it, later or again and again.',
    arguments: z.strictObject({
      task: words.describe('what to do, in the words of the person'),
      when: z
        .string()
        .max(64)
        .describe('cron with five fields ("0 9 * * 1"), or an ISO 8601 duration from now ("PT20M")'),
    }),
    result: z.object({ id, next: z.iso.datetime() }),
  },
  remember: {
    description: 'Keeps a fact for later.',
    arguments: z.strictObject({ text: words }),
    result: z.object({ id }),
  },
  search_memory: {
    description: 'Looks for what was kept earlier.',
    arguments: z.strictObject({ query: words }),
    result: z.object({ found: z.array(z.object({ text: z.string(), keptAt: z.iso.datetime() })) }),
  },
  notify: {
    description: 'Sends a message now, to the person who asks or to somebody else.',
    arguments: z.strictObject({
      message: words,
      to: z.string().max(200).optional().describe('a name; without it, the person who asks'),
    }),
    result: z.object({ delivered: z.boolean() }),
  },
} as const satisfies Record<string, BoxTool>

export type BoxToolName = keyof typeof boxTools
export const boxToolNames = Object.keys(boxTools) as BoxToolName[]
