// Every setting: its name in config.json, its environment variable, what is allowed and why anyone would change it.
// The JSON Schema beside this file is generated from here (`node appliance/config/print-schema.ts`).
import { z } from 'zod'
import { logLevels } from '../log.ts'

/** `HOB_PORT` as text, `port` in the file: numbers may come as text from the environment alone. */
export const configSchema = z.strictObject({
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(4620)
    .describe('Where the page and the API answer; 0 takes a free port.'),
  listen: z
    .union([z.literal('localhost'), z.ipv4(), z.ipv6()], 'not an IP address')
    .optional()
    .describe(
      'The address to listen on: one of the machine, or :: for all. Default: all; without TLS 127.0.0.1.',
    ),
  tls: z.enum(['on', 'off']).default('on').describe('off: plain HTTP, on a loopback address only.'),
  plainPort: z
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe(
      'Where plain HTTP gives the certificate authority and leads to HTTPS; 0 takes a free port. Default: the one after port.',
    ),
  modelsDir: z
    .string()
    .min(1)
    .optional()
    .describe('Where the GGUF files lie; default: models/files in the data folder.'),
  logLevel: z.enum(logLevels).default('info').describe('The least that is worth a line in the log.'),
  logDays: z.int().min(1).max(3_650).default(30).describe('Days after which a rotated log file is deleted.'),
  historyDays: z
    .int()
    .min(0)
    .max(36_500)
    .default(0)
    .describe('Days after its last turn at which a conversation is deleted; 0 keeps all.'),
  maxConnections: z
    .int()
    .min(10)
    .max(65_000)
    .default(1_000)
    .describe('Open connections; one more is refused.'),
  requestsPerMinute: z
    .int()
    .min(10)
    .max(10_000_000)
    .default(600)
    .describe('Requests that one person, with all their programs, may make in a minute.'),
  model: z
    .string()
    .regex(/^(auto|[A-Za-z0-9][A-Za-z0-9._-]{0,127})$/, 'must be "auto" or the id of a model')
    .default('auto')
    .describe('The model that answers when a request names none; auto: the best that fits.'),
  contextTokens: z
    .int()
    .min(512)
    .max(1_048_576)
    .default(8_192)
    .describe('How long a conversation the choice aims at; less when memory is short.'),
  sequences: z.int().min(1).max(64).default(4).describe('How many answers are generated at once, at most.'),
  speedFloor: z
    .number()
    .min(0)
    .max(1_000)
    .default(8)
    .describe('Tokens a second below which a model counts as too slow to choose.'),
  threads: z.int().min(0).max(512).default(0).describe('Threads that generate; 0: by the machine.'),
  idleUnloadMinutes: z
    .number()
    .min(0)
    .max(100_000)
    .default(30)
    .describe('Minutes without a request after which the model leaves memory; 0: never.'),
  queueLength: z
    .int()
    .min(1)
    .max(10_000)
    .default(64)
    .describe('Requests that may wait for the model; one more is told to come back.'),
})
export type Settings = z.infer<typeof configSchema>

/** `maxConnections` → `HOB_MAX_CONNECTIONS`. */
export const environmentName = (key: string): string =>
  `HOB_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

/** What people leave in a file when they forget to fill it in. */
export const isPlaceholder = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^(your[-_ ].*|change[-_ ]?me.*|replace[-_ ]?(me|this|with).*|<.*>|x{3,}|todo|fixme|placeholder|example)$/i.test(
    value.trim(),
  )
