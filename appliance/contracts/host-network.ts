// How the box is connected: its interfaces, their IPv4 settings and Wi-Fi. The steward's routes; the api passes them on under
// /hob/v1/system. IPv6 stays automatic. A change of an interface is on trial for a minute: who made it confirms it, at the address that
// it brought, or it is undone.
import { createRoute, z } from '@hono/zod-openapi'
import { needs, needsFresh } from './access.ts'
import { answer, noContent } from './answer.ts'

/** As long as a change is on trial. */
export const confirmWithinSeconds = 60

/** Linux takes at most 15 bytes (dev_valid_name). */
const deviceSchema = z.string().regex(/^\w[\w.-]{0,14}$/)
/** With its prefix: 192.168.1.20/24, fe80::1/64. */
const addressSchema = z.string().max(64)
const ssidSchema = z.string().max(32)

export const interfaceSchema = z.object({
  device: deviceSchema,
  kind: z.enum(['ethernet', 'wifi']),
  /** unplugged: no cable, or no radio; off: nothing is set for it. */
  state: z.enum(['connected', 'connecting', 'off', 'unplugged', 'failed']),
  mac: z.string().nullable(),
  /** Of IPv4; off where nothing is set. */
  method: z.enum(['automatic', 'static', 'off']),
  addresses: z.array(addressSchema).max(64),
  gateway: z.ipv4().nullable(),
  dns: z.array(z.string().max(64)).max(16),
  wifi: z.object({ ssid: ssidSchema, signalPercent: z.number().int().min(0).max(100) }).nullable(),
})
export type Interface = z.infer<typeof interfaceSchema>

const changeIdSchema = z.string().regex(/^\d{1,10}-\d{1,16}$/)
export const pendingChangeSchema = z.object({
  id: changeIdSchema,
  device: deviceSchema,
  /** It is undone then. */
  confirmBy: z.iso.datetime(),
})
export type PendingChange = z.infer<typeof pendingChangeSchema>

export const hostNetworkSchema = z.object({
  interfaces: z.array(interfaceSchema).max(32),
  pending: pendingChangeSchema.nullable(),
})
export type HostNetwork = z.infer<typeof hostNetworkSchema>

/** What makes no sense is the box's to say, in words: network_invalid. */
const text = z.string().max(64)
export const addressingSchema = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('automatic') }),
  z.strictObject({
    method: z.literal('static'),
    /** With its prefix: 192.168.1.20/24. */
    address: text,
    /** Null: the box reaches the local network alone. */
    gateway: text.nullable(),
    dns: z.array(text).max(16).default([]),
  }),
])
export type Addressing = z.infer<typeof addressingSchema>

export const wifiNetworkSchema = z.object({
  ssid: ssidSchema,
  signalPercent: z.number().int().min(0).max(100),
  /** enterprise: it wants an account of its own for each person, and the box cannot join it. */
  security: z.enum(['open', 'password', 'enterprise']),
  /** Whether the box joins it by itself. */
  known: z.boolean(),
})
export type WifiNetwork = z.infer<typeof wifiNetworkSchema>

/** Bounds are the box's to judge, in words: network_invalid. A password is null for an open network. */
export const joinWifiSchema = z.strictObject({
  ssid: z.string().max(256),
  password: z.string().max(256).nullable(),
  /** Where the box stands (ISO 3166): each country has its own law of channels. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional(),
})
export type JoinWifi = z.infer<typeof joinWifiSchema>

const body = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})
const right = 'box'

export const hostNetworkRoutes = {
  network: createRoute({
    method: 'get',
    path: '/network',
    summary: 'How the box is connected, and the change that is on trial',
    ...needs(right),
    responses: answer(hostNetworkSchema),
  }),
  /** One at a time: change_pending. It takes effect when the answer is on its way. */
  changeNetwork: createRoute({
    method: 'put',
    path: '/network/{device}',
    summary: 'Change how an interface gets its address: undone after a minute, unless it is confirmed',
    ...needsFresh(right),
    request: { params: z.object({ device: deviceSchema }), ...body(addressingSchema) },
    responses: answer(pendingChangeSchema, 202),
  }),
  confirmNetworkChange: createRoute({
    method: 'post',
    path: '/network/changes/{id}/confirm',
    summary: 'Keep a change of the network for good',
    ...needs(right),
    request: { params: z.object({ id: changeIdSchema }) },
    responses: noContent,
  }),
  revertNetworkChange: createRoute({
    method: 'post',
    path: '/network/changes/{id}/revert',
    summary: 'Undo a change of the network now',
    ...needs(right),
    request: { params: z.object({ id: changeIdSchema }) },
    responses: noContent,
  }),
  /** Empty where there is no Wi-Fi. */
  wifi: createRoute({
    method: 'get',
    path: '/wifi',
    summary: 'The Wi-Fi networks that the box sees or knows, the strongest first',
    ...needs(right),
    responses: answer(z.object({ networks: z.array(wifiNetworkSchema).max(256) })),
  }),
  /** Answers when the box is in it. What did not work leaves everything as it was: wifi_failed. */
  joinWifi: createRoute({
    method: 'put',
    path: '/wifi',
    summary: 'Join a Wi-Fi network, now and from now on',
    ...needsFresh(right),
    request: body(joinWifiSchema),
    responses: noContent,
  }),
  /** What is not known is forgotten already. */
  forgetWifi: createRoute({
    method: 'delete',
    path: '/wifi/{ssid}',
    summary: 'Forget a Wi-Fi network, and leave it',
    ...needsFresh(right),
    request: { params: z.object({ ssid: z.string().min(1).max(256) }) },
    responses: noContent,
  }),
} as const
