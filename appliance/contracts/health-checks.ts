// What the box thinks of itself: a list of checks, each with what it found, what to do about it, and whether the box can do
// that by itself. health.ts has the figures behind it; this is the judgement, made when somebody asks and at no other time.
import { createRoute, z } from '@hono/zod-openapi'
import { needs, needsFresh } from './access.ts'
import { answer } from './answer.ts'

/** A file of appliance/health for each. */
export const checkNames = [
  'data',
  'space',
  'lan',
  'page',
  'model',
  'name',
  'clock',
  'disks',
  'temperature',
] as const
export const checkNameSchema = z.enum(checkNames)
export type CheckName = z.infer<typeof checkNameSchema>

/** The particulars of a sentence; a name that ends in a unit says it: Bytes, Seconds, Celsius, Percent. */
const valuesSchema = z.record(z.string(), z.union([z.string(), z.number()]))
export type Values = z.infer<typeof valuesSchema>

export const issueSchema = z.object({
  /** Stable, for who says it in other words. */
  code: z.string(),
  /** warning: the box works; serious: it does not, or soon will not. */
  severity: z.enum(['warning', 'serious']),
  values: valuesSchema,
  message: z.string(),
  suggestion: z.string(),
  /** Whether the box can do something about it: …/{check}/fix. */
  fixable: z.boolean(),
})
export type HealthIssue = z.infer<typeof issueSchema>

const asked = { check: checkNameSchema, /** Whether an update is undone for it. */ gates: z.boolean() }
const measured = { ...asked, at: z.iso.datetime(), tookMs: z.number().int().nonnegative() }

export const checkResultSchema = z.discriminatedUnion('state', [
  /** Nobody asked since the box started. */
  z.object({ ...asked, state: z.literal('not_run') }),
  z.object({ ...measured, state: z.literal('ok') }),
  z.object({ ...measured, state: z.literal('issue'), issue: issueSchema }),
  /** broke: the check did not come to its end, and that is not well; else it does not apply here. */
  z.object({
    ...measured,
    state: z.literal('not_measured'),
    broke: z.boolean(),
    reason: z.object({ code: z.string(), values: valuesSchema, message: z.string() }),
  }),
])
export type CheckResult = z.infer<typeof checkResultSchema>

export const healthChecksSchema = z.object({
  /** Of the checks below. unknown: one of them was not made, or broke, and none of the others found an issue. */
  verdict: z.enum(['healthy', 'issues', 'unknown']),
  checks: z.array(checkResultSchema).max(checkNames.length),
})
export type HealthChecks = z.infer<typeof healthChecksSchema>

const checkParameter = z.object({ check: checkNameSchema.openapi({ param: { name: 'check', in: 'path' } }) })

const runSchema = z.strictObject({
  /** All of them, when it is left out. */
  checks: z.array(checkNameSchema).min(1).max(checkNames.length).optional(),
})

export const healthCheckRoutes = {
  last: createRoute({
    method: 'get',
    path: '/hob/v1/system/health',
    summary: 'What each health check found when it was last run',
    ...needs('metrics'),
    responses: answer(healthChecksSchema),
  }),
  /** Who comes while one runs is told what that one finds. */
  run: createRoute({
    method: 'post',
    path: '/hob/v1/system/health/run',
    summary: 'Run health checks and wait for what they find; one of them asks the starter model for a token',
    ...needs('box'),
    request: { body: { required: true, content: { 'application/json': { schema: runSchema } } } },
    responses: answer(healthChecksSchema),
  }),
  fix: createRoute({
    method: 'post',
    path: '/hob/v1/system/health/{check}/fix',
    summary: 'Let the box do what it can about an issue, and check again',
    ...needsFresh('box'),
    request: { params: checkParameter },
    responses: answer(checkResultSchema),
  }),
} as const
