// The audit log's routes and shapes: who did what, when, from where, with what outcome. Entries are only ever added;
// each one's hash continues the one before it. How the hash is made: services/api/audit/README.md.
import { createRoute, z } from '@hono/zod-openapi'
import { needs } from './access.ts'
import { answer, errorBodySchema } from './answer.ts'

/** `area.verb`, closed: what is not named here is not recorded. */
export const auditActions = [
  'claim.done',
  'claim.refused',
  /** Another code, from beside the box. */
  'claim.renewed',
  'session.signed_in',
  'session.refused',
  'session.signed_out',
  'session.revoked',
  /** Re-authenticated, for what asks for it. */
  'session.renewed',
  'person.added',
  'person.changed',
  'person.removed',
  'invitation.made',
  'invitation.used',
  'invitation.removed',
  'password.changed',
  'password.recovered',
  'recovery.made',
  'passkey.added',
  'passkey.removed',
  'token.made',
  'token.removed',
  'token.refused',
  'box.renamed',
  'certificate.changed',
  'model.added',
  'model.removed',
  /** Into memory and out of it, because somebody said so. */
  'model.loaded',
  'model.unloaded',
  /** What the box could do about a health check's issue, because somebody said so. */
  'health.fixed',
  /** By a wall: the host's name, the origin, a missing right, the rate. */
  'request.refused',
  'audit.exported',
  'audit.pruned',
  'box.started',
  'system.rebooted',
  'system.powered_off',
  'system.time_zone_set',
  /** Of the disk; never the key. */
  'system.recovery_key_made',
  /** On trial; what became of it comes after it. */
  'network.changed',
  'network.confirmed',
  /** By a person, or by the box when nobody confirmed it. */
  'network.undone',
  'wifi.joined',
  'wifi.forgotten',
  'logs.downloaded',
  'support.downloaded',
] as const
export type AuditAction = (typeof auditActions)[number]

export const auditOutcomes = ['done', 'refused', 'failed'] as const

/** In UTF-16 units; what is longer is cut. */
export const auditLimits = {
  id: 64,
  name: 200,
  code: 64,
  /** INET6_ADDRSTRLEN without its NUL. */
  address: 45,
  agent: 200,
  target: 200,
  detailsKeys: 20,
  detailsKey: 64,
  /** Of their JSON, in UTF-8. */
  detailsBytes: 2048,
} as const

const text = (limit: number) => z.string().max(limit).nullable()

export const auditEntrySchema = z
  .object({
    /** Grows by exactly one. */
    seq: z.number().int().min(1),
    at: z.iso.datetime(),
    who: z.object({
      /** Id and name of the person as they were then; null for nobody and for the box itself. */
      person: text(auditLimits.id),
      name: text(auditLimits.name),
      by: z.enum(['session', 'token', 'socket', 'service', 'nobody']),
      /** Of the session or token. */
      id: text(auditLimits.id),
    }),
    action: z.enum(auditActions),
    outcome: z.enum(auditOutcomes),
    /** The error's code, where it was refused. */
    code: text(auditLimits.code),
    from: z.object({ address: text(auditLimits.address), agent: text(auditLimits.agent) }),
    /** What it was done to. */
    target: text(auditLimits.target),
    /** At most 20 keys and 2 KB; never a secret. */
    details: z.record(
      z.string().max(auditLimits.detailsKey),
      z.union([z.string(), z.number(), z.boolean(), z.null()]),
    ),
    /** SHA-256 in hex. */
    hash: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .openapi('AuditEntry')
export type AuditEntry = z.infer<typeof auditEntrySchema>

/** What a caller tells; number, time and hash are the log's. */
export type AuditRecord = Omit<AuditEntry, 'seq' | 'at' | 'hash'>

const areas = [...new Set(auditActions.map((action) => `${action.slice(0, action.indexOf('.'))}.*`))]

export const auditFilterSchema = z.object({
  /** The person's id. */
  person: z.string().min(1).max(auditLimits.id).optional(),
  /** Exactly, or `area.*`. */
  action: z.enum([...auditActions, ...areas]).optional(),
  outcome: z.enum(auditOutcomes).optional(),
  /** At this moment or later. */
  since: z.iso.datetime().optional(),
  /** Before this moment. */
  until: z.iso.datetime().optional(),
  /** Each of its words (at most 8) begins a word of the target or the details; Chinese, Japanese and Korean by pairs. */
  text: z.string().min(1).max(200).optional(),
})
export type AuditFilter = z.infer<typeof auditFilterSchema>

const auditQuerySchema = auditFilterSchema.extend({
  /** The seq of the last one seen; older ones follow. */
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

const seq = z.number().int().nonnegative()
const hash = auditEntrySchema.shape.hash

/** First line of an export. Without a filter, whoever has it can verify the lines after it. */
export const auditExportHeadSchema = z.object({
  format: z.literal('hob-audit-1'),
  exportedAt: z.iso.datetime(),
  filter: auditFilterSchema,
  chain: z.object({
    /** The entries that the log held: from first to last, the export's own among them. */
    first: seq,
    last: seq,
    /** Of the last one. */
    hash,
    /** All older than this seq are pruned; prunedHash is what the first one's hash continues (zeros: nothing). */
    prunedBefore: seq,
    prunedHash: hash,
  }),
})
export type AuditExportHead = z.infer<typeof auditExportHeadSchema>

export const auditVerifySchema = z.object({
  ok: z.boolean(),
  /** How many were checked and hold: all of them, or those before the break. */
  entries: seq,
  first: seq.nullable(),
  last: seq.nullable(),
  /** The first one that is not as it was written, or not there. */
  brokenAt: seq.nullable(),
  /** Older than this seq there are none: they were pruned. */
  prunedBefore: seq,
})
export type AuditVerify = z.infer<typeof auditVerifySchema>

const right = needs('audit')

export const auditPageSchema = z.object({ entries: z.array(auditEntrySchema), more: z.boolean() })
export type AuditPage = z.infer<typeof auditPageSchema>

export const auditRoutes = {
  list: createRoute({
    method: 'get',
    path: '/hob/v1/audit',
    summary: 'The audit log, newest first',
    request: { query: auditQuerySchema },
    responses: answer(auditPageSchema),
    ...right,
  }),
  /** JSON lines, oldest first: the head, then an entry each. As CSV a table without the head. Is itself recorded. */
  export: createRoute({
    method: 'get',
    path: '/hob/v1/audit/export',
    summary: 'The audit log as a file',
    request: { query: auditFilterSchema.extend({ format: z.enum(['ndjson', 'csv']).default('ndjson') }) },
    responses: {
      200: {
        description: 'The file, as it is read',
        content: {
          'application/x-ndjson': { schema: z.string() },
          'text/csv': { schema: z.string() },
        },
      },
      default: {
        description: 'What went wrong, with a stable code and a remedy',
        content: { 'application/json': { schema: errorBodySchema } },
      },
    },
    ...right,
  }),
  verify: createRoute({
    method: 'get',
    path: '/hob/v1/audit/verify',
    summary: 'Whether the audit log is as it was written',
    responses: answer(auditVerifySchema),
    ...right,
  }),
} as const
