// The machine under the box, as its owner sees it: how it is, restarting it, its time zone, its disks and
// whether they are encrypted, its log. On the appliance the
// api passes these on to the steward (steward.ts); where Hob runs as a program on somebody's computer, what would change that
// computer answers not_managed. Its network stands in a contract of its own.
import { createRoute, z } from '@hono/zod-openapi'
import { needs, needsFresh } from './access.ts'
import { answer, file, noContent } from './answer.ts'

export const unitStates = ['running', 'starting', 'failed', 'stopped', 'on_demand'] as const

export const machineServiceSchema = z.object({
  name: z.string(),
  /** on_demand: not running, and started by the first who asks it. */
  state: z.enum(unitStates),
  /** Since when it is in this state; null: never in another since the machine was started. */
  since: z.iso.datetime().nullable(),
  /** How often it was started again by itself since somebody last started it. */
  restarts: z.number().int().nonnegative().nullable(),
  memoryBytes: z.number().int().nonnegative().nullable(),
})
export type MachineService = z.infer<typeof machineServiceSchema>

/** What the host's own programs say. */
export const machineSchema = z.object({
  hostName: z.string(),
  timeZone: z.string(),
  /** Whether the clock follows a server's; null: there is nothing here that knows. */
  clockSynchronized: z.boolean().nullable(),
  bootedAt: z.iso.datetime(),
  services: z.array(machineServiceSchema),
})
export type Machine = z.infer<typeof machineSchema>

export const systemSchema = machineSchema.extend({
  /** False: Hob is a program on somebody's computer, and leaves its settings alone. */
  managed: z.boolean(),
  version: z.string(),
})
export type System = z.infer<typeof systemSchema>

/** A name of the tz database, in its own alphabet; the machine says whether it has it. */
export const timeZoneSchema = z.strictObject({
  timeZone: z
    .string()
    .max(64)
    .regex(/^[A-Za-z][\w+-]*(\/[A-Za-z0-9][\w+-]*){0,2}$/, 'not a time zone, such as Europe/Berlin'),
})
export const timeZonesSchema = z.object({ timeZones: z.array(z.string()) })

/** Why a disk is failing, the first five, or why nobody can tell. */
export const diskReasons = [
  /** Its own judgement (SMART overall health). */
  'failed_itself',
  /** It has hardly any cells left to put in place of bad ones. */
  'spare_low',
  'read_only',
  /** Sectors or blocks that could not be read again. */
  'data_lost',
  'attribute_failed',
  /** It keeps no such record, as disks of virtual machines and memory cards do not. */
  'keeps_none',
  /** Not woken for this. */
  'asleep',
  'cannot_be_asked',
] as const

export const diskHealthSchema = z.object({
  device: z.string(),
  model: z.string().nullable(),
  sizeBytes: z.number().int().nonnegative().nullable(),
  /** failing: by its own account it will fail, or has lost data. */
  health: z.enum(['ok', 'failing', 'unknown']),
  /** Why it is failing or unknown. */
  reason: z.enum(diskReasons).nullable(),
  temperatureC: z.number().nullable(),
  /** Of the writes that it was made for; may pass 100. */
  wearPercent: z.number().nonnegative().nullable(),
})
export type DiskHealth = z.infer<typeof diskHealthSchema>
export const disksSchema = z.object({ disks: z.array(diskHealthSchema) })

/** Whether somebody who takes the disk away can read what the household keeps. */
export const encryptionSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('encrypted'),
    /** As the kernel calls it: aes-xts-plain64. */
    cipher: z.string(),
    /** Of XTS both keys: 512 is AES-256. */
    keyBits: z.number().int().positive(),
    /** This machine's TPM opens it at each start; otherwise somebody types a key on its screen. */
    byTpm: z.boolean(),
    /** There is one that opens it where the TPM does not. */
    recoveryKey: z.boolean(),
  }),
  /** `hasTpm`: the machine has one now; it had none when it was first started. */
  z.object({ state: z.literal('plain'), hasTpm: z.boolean() }),
  /** Hob did not make this machine's disk: its own system knows. */
  z.object({ state: z.literal('not_ours') }),
])
export type Encryption = z.infer<typeof encryptionSchema>

/** Eight groups of eight letters of “modhex”, which every keyboard layout has in the same places. */
export const recoveryKeySchema = z.object({
  key: z.string().regex(/^[cbdefghijklnrtuv]{8}(-[cbdefghijklnrtuv]{8}){7}$/, 'not a recovery key'),
})

export const logEntrySchema = z.object({
  at: z.iso.datetime(),
  /** Without `hob-`: `api`. */
  service: z.string(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  /** What else the line says. */
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})
export type LogEntry = z.infer<typeof logEntrySchema>

export const logFilterSchema = z.object({
  service: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'not the name of a service')
    .optional(),
  /** The least severe that is wanted. */
  level: logEntrySchema.shape.level.optional(),
})
export type LogFilter = z.infer<typeof logFilterSchema>

export const logQuerySchema = logFilterSchema.extend({
  /** From an earlier page: what is older than it. */
  before: z
    .string()
    .max(256)
    .regex(/^[a-z]=[0-9a-f]+(;[a-z]=[0-9a-f]+)*$/, 'not from an earlier page')
    .optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
})
export type LogQuery = z.output<typeof logQuerySchema>

export const logPageSchema = z.object({
  /** Oldest first. */
  entries: z.array(logEntrySchema),
  /** For the page before this one; null: there is nothing older. A page may hold fewer than were asked for. */
  before: z.string().nullable(),
})
export type LogPage = z.infer<typeof logPageSchema>

/** What has begun when it is answered: the box will be gone in a moment. */
export const leavingSchema = z.object({ leaving: z.enum(['reboot', 'power_off']) })

export const systemRoutes = {
  state: createRoute({
    method: 'get',
    path: '/hob/v1/system',
    summary: 'The machine: its name, clock and services',
    ...needs('box'),
    responses: answer(systemSchema),
  }),
  reboot: createRoute({
    method: 'post',
    path: '/hob/v1/system/reboot',
    summary: 'Restart the machine',
    ...needsFresh('box'),
    responses: answer(leavingSchema, 202),
  }),
  powerOff: createRoute({
    method: 'post',
    path: '/hob/v1/system/power-off',
    summary: 'Switch the machine off; somebody has to switch it on again',
    ...needsFresh('box'),
    responses: answer(leavingSchema, 202),
  }),
  timeZones: createRoute({
    method: 'get',
    path: '/hob/v1/system/time-zones',
    summary: 'The time zones that the machine knows',
    ...needs('box'),
    responses: answer(timeZonesSchema),
  }),
  setTimeZone: createRoute({
    method: 'put',
    path: '/hob/v1/system/time-zone',
    summary: 'Set the time zone',
    ...needs('box'),
    request: { body: { required: true, content: { 'application/json': { schema: timeZoneSchema } } } },
    responses: noContent,
  }),
  disks: createRoute({
    method: 'get',
    path: '/hob/v1/system/disks',
    summary: 'The disks, and what they say of themselves',
    ...needs('box'),
    responses: answer(disksSchema),
  }),
  encryption: createRoute({
    method: 'get',
    path: '/hob/v1/system/encryption',
    summary: 'Whether the household’s data is encrypted on the disk, and what opens it',
    ...needs('box'),
    responses: answer(encryptionSchema),
  }),
  /** Answered this one time, and kept nowhere. */
  makeRecoveryKey: createRoute({
    method: 'post',
    path: '/hob/v1/system/recovery-key',
    summary:
      'A new key that opens the household’s data where the TPM does not; the one before opens nothing then',
    ...needsFresh('box'),
    responses: answer(recoveryKeySchema, 201),
  }),
  logs: createRoute({
    method: 'get',
    path: '/hob/v1/system/logs',
    summary: 'The newest page of the log, or one older than another',
    ...needs('box'),
    request: { query: logQuerySchema },
    responses: answer(logPageSchema),
  }),
  /** `begin`, then events named `entry`, each a LogEntry, from now on; `end` when the box ends it. */
  liveLogs: createRoute({
    method: 'get',
    path: '/hob/v1/system/logs/live',
    summary: 'The log as it is written, as server-sent events',
    ...needs('box'),
    request: { query: logFilterSchema },
    responses: file('text/event-stream', 'The events, as they come'),
  }),
  /** A LogEntry a line, oldest first. Is itself recorded. */
  downloadLogs: createRoute({
    method: 'get',
    path: '/hob/v1/system/logs/download',
    summary: 'All of the log as a file of JSON lines',
    ...needs('box'),
    request: { query: logFilterSchema },
    responses: file('application/x-ndjson', 'The file, as it is read'),
  }),
  /** A .tar.gz: how the box is, masked, for somebody who helps. Is itself recorded. */
  supportBundle: createRoute({
    method: 'get',
    path: '/hob/v1/system/support-bundle',
    summary: 'A file for whoever helps: states, figures and the last day’s log, without names or secrets',
    ...needs('box'),
    responses: file('application/gzip', 'The archive'),
  }),
} as const
