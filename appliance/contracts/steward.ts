// The steward's own socket: what it does to the machine for the api, which alone may open it. Each verb takes what its schema names
// and nothing else; that a person may ask for it is checked before, by the api. What the answers mean stands in system.ts.
import { createRoute, z } from '@hono/zod-openapi'
import { answer, file, noContent } from './answer.ts'
import {
  disksSchema,
  encryptionSchema,
  leavingSchema,
  logFilterSchema,
  logPageSchema,
  logQuerySchema,
  machineSchema,
  recoveryKeySchema,
  timeZoneSchema,
  timeZonesSchema,
} from './system.ts'

/** One label of RFC 1123. */
export const hostNameSchema = z.strictObject({
  hostName: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'not a host name'),
})

const body = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})
export const stewardRoutes = {
  machine: createRoute({ method: 'get', path: '/machine', responses: answer(machineSchema) }),
  reboot: createRoute({ method: 'post', path: '/reboot', responses: answer(leavingSchema, 202) }),
  powerOff: createRoute({ method: 'post', path: '/power-off', responses: answer(leavingSchema, 202) }),
  timeZones: createRoute({ method: 'get', path: '/time-zones', responses: answer(timeZonesSchema) }),
  setTimeZone: createRoute({
    method: 'put',
    path: '/time-zone',
    request: body(timeZoneSchema),
    responses: noContent,
  }),
  setHostName: createRoute({
    method: 'put',
    path: '/host-name',
    request: body(hostNameSchema),
    responses: noContent,
  }),
  disks: createRoute({ method: 'get', path: '/disks', responses: answer(disksSchema) }),
  encryption: createRoute({ method: 'get', path: '/encryption', responses: answer(encryptionSchema) }),
  makeRecoveryKey: createRoute({
    method: 'post',
    path: '/recovery-key',
    responses: answer(recoveryKeySchema, 201),
  }),
  journal: createRoute({
    method: 'get',
    path: '/journal',
    request: { query: logQuerySchema.strict() },
    responses: answer(logPageSchema),
  }),
  /** A LogEntry a line, from now on. */
  followJournal: createRoute({
    method: 'get',
    path: '/journal/live',
    request: { query: logFilterSchema.strict() },
    responses: file('application/x-ndjson', 'The entries, as they come'),
  }),
  /** A LogEntry a line, oldest first. */
  wholeJournal: createRoute({
    method: 'get',
    path: '/journal/whole',
    request: { query: logFilterSchema.strict() },
    responses: file('application/x-ndjson', 'The entries'),
  }),
} as const
