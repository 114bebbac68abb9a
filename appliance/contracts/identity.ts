// Who may come in: the claim of a new box, signing in, the household's people, their devices and tokens. All of it under
// /hob/v1, all owned by the api service. What people type as secrets goes in bodies alone and never comes back.
import { createRoute, z } from '@hono/zod-openapi'
import { needs, needsFresh, scopeSchema } from './access.ts'
import { answer, noContent } from './answer.ts'
import { roles } from './principal.ts'

const id = z.string().regex(/^[0-9a-zA-Z_-]{1,64}$/)
const idParameter = z.object({ id: id.openapi({ param: { name: 'id', in: 'path' } }) })
const json = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})

/** Given to the document by its source: the generator would print the flag, too, and `…$/u` matches nothing. */
const nameForm = /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} ._'-]*$/u
/** What a person signs in with: letters of any script, digits, and a few marks; told apart without regard to case. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(40)
  .regex(nameForm, 'letters, digits, space, dot, dash, underscore')
  .openapi({ pattern: nameForm.source })
  .transform((name) => name.normalize('NFC'))
/** Length alone is asked for; what everybody knows is refused when it is set (password_weak). */
export const passwordSchema = z.string().min(8).max(200)
/** Base-32 characters, ten or (a recovery code) fifteen; case, spaces and dashes are passed over, and O, I, L are read as 0, 1, 1. */
export const codeSchema = z.string().min(1).max(40)
/** A label that people give to a token, a passkey, the box. */
const labelSchema = z.string().trim().min(1).max(60)

export const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  /** Signing in ends then; guests have such a time, others mostly not. */
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime().nullable(),
  passkeys: z.number().int().nonnegative(),
})
export type Person = z.infer<typeof personSchema>

/** The first thing that a page asks. Says nothing about people to somebody who has not signed in. */
export const doorSchema = z.object({
  claimed: z.boolean(),
  /** While unclaimed; closed: too many wrong codes, a restart or somebody beside the box opens it again. */
  claim: z.enum(['open', 'closed']).nullable(),
  /** The box's name, as people call it, and the host name under which it answers. */
  name: z.string(),
  host: z.string(),
  /** SHA-256 of the box's CA, to compare with the one on its console; null without TLS. */
  fingerprint: z.string().nullable(),
  /** Where plain HTTP gives out that CA and explains how to trust it; null without TLS. */
  plainPort: z.number().int().nullable(),
  person: personSchema.nullable(),
  /** Until then dangerous things need no second look; null: ask first. */
  freshUntil: z.iso.datetime().nullable(),
})
export type Door = z.infer<typeof doorSchema>

/** Ten, each of which sets a new password once. Shown this one time. */
const recoveryCodes = z.array(z.string()).length(10)

export const sessionSchema = z.object({
  id: z.string(),
  /** From the browser's own words: "Safari on iPhone". */
  device: z.string(),
  address: z.string(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** The one that asks. */
  current: z.boolean(),
})
export type Session = z.infer<typeof sessionSchema>

export const tokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The first characters, to recognise it by. */
  prefix: z.string(),
  scopes: z.array(scopeSchema),
  person: z.object({ id: z.string(), name: z.string() }),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
})
export type Token = z.infer<typeof tokenSchema>

export const invitationSchema = z.object({
  id: z.string(),
  role: z.enum(roles),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type Invitation = z.infer<typeof invitationSchema>

export const passkeySchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
})
export type Passkey = z.infer<typeof passkeySchema>

/** Options and answers of WebAuthn Level 3 as JSON; @simplewebauthn reads and checks them. */
const webAuthn = z.record(z.string(), z.unknown())
/** Names the challenge that the answer belongs to. */
const ceremony = z.object({ id, options: webAuthn })

const newAccount = { name: nameSchema, password: passwordSchema }
const expiry = z.iso.datetime()

export const identityRoutes = {
  door: createRoute({
    method: 'get',
    path: '/hob/v1/door',
    summary: 'Whether the box is claimed, and who is signed in',
    ...needs('nobody'),
    responses: answer(doorSchema),
  }),
  claim: createRoute({
    method: 'post',
    path: '/hob/v1/claim',
    summary: 'Become the owner of a new box',
    ...needs('unclaimed'),
    request: json(
      z.strictObject({ code: codeSchema.optional(), boxName: labelSchema.optional(), ...newAccount }),
    ),
    responses: answer(z.object({ person: personSchema, recoveryCodes }), 201),
  }),
  /** A wrong code counts as a try, as with the claim itself; a right one costs nothing and changes nothing. */
  checkClaimCode: createRoute({
    method: 'post',
    path: '/hob/v1/claim/check',
    summary: 'Whether a code is the one with which the new box is claimed',
    ...needs('unclaimed'),
    request: json(z.strictObject({ code: codeSchema })),
    responses: noContent,
  }),
  /** Answered on the box's own socket alone: whoever may open that needs no code, and shows it to who does. */
  claimCode: createRoute({
    method: 'get',
    path: '/hob/v1/claim/code',
    summary: 'The code with which a new box is claimed, on the box itself',
    ...needs('unclaimed'),
    responses: answer(z.object({ code: z.string(), urls: z.array(z.string()) })),
  }),
  /** As above. Opens a claim that too many wrong codes have closed. */
  renewClaimCode: createRoute({
    method: 'post',
    path: '/hob/v1/claim/code',
    summary: 'Another code for a new box, on the box itself; the one before is worth nothing',
    ...needs('unclaimed'),
    responses: noContent,
  }),
  signIn: createRoute({
    method: 'post',
    path: '/hob/v1/session',
    summary: 'Sign in with a password',
    ...needs('nobody'),
    request: json(z.strictObject({ name: z.string().max(200), password: z.string().max(1000) })),
    responses: answer(personSchema, 201),
  }),
  signOut: createRoute({
    method: 'delete',
    path: '/hob/v1/session',
    summary: 'Sign out on this device',
    ...needs('self'),
    responses: noContent,
  }),
  confirm: createRoute({
    method: 'post',
    path: '/hob/v1/session/confirm',
    summary: 'Say again who you are, before something dangerous',
    ...needs('self'),
    request: json(z.strictObject({ password: z.string().max(1000) })),
    responses: answer(z.object({ freshUntil: z.iso.datetime() })),
  }),
  passkeyConfirmOptions: createRoute({
    method: 'post',
    path: '/hob/v1/session/confirm/passkey/options',
    summary: 'What a device needs to say with one of your passkeys that it is you',
    ...needs('self'),
    responses: answer(ceremony),
  }),
  passkeyConfirm: createRoute({
    method: 'post',
    path: '/hob/v1/session/confirm/passkey',
    summary: 'Say again who you are, with one of your passkeys',
    ...needs('self'),
    request: json(z.strictObject({ id, response: webAuthn })),
    responses: answer(z.object({ freshUntil: z.iso.datetime() })),
  }),
  recover: createRoute({
    method: 'post',
    path: '/hob/v1/recovery',
    summary: 'Set a new password with a recovery code',
    ...needs('nobody'),
    request: json(z.strictObject({ name: z.string().max(200), code: codeSchema, password: passwordSchema })),
    responses: answer(personSchema, 201),
  }),
  sessions: createRoute({
    method: 'get',
    path: '/hob/v1/sessions',
    summary: 'The devices on which you are signed in',
    ...needs('self'),
    responses: answer(z.object({ sessions: z.array(sessionSchema) })),
  }),
  revokeSession: createRoute({
    method: 'delete',
    path: '/hob/v1/sessions/{id}',
    summary: 'Sign out another device; its open connections are cut',
    ...needs('self'),
    request: { params: idParameter },
    responses: noContent,
  }),
  changePassword: createRoute({
    method: 'post',
    path: '/hob/v1/password',
    summary: 'Change your password; other devices are signed out',
    ...needsFresh('self'),
    request: json(z.strictObject({ password: passwordSchema })),
    responses: noContent,
  }),
  makeRecovery: createRoute({
    method: 'post',
    path: '/hob/v1/recovery-codes',
    summary: 'Ten new recovery codes; the old ones end',
    ...needsFresh('self'),
    responses: answer(z.object({ recoveryCodes }), 201),
  }),
  passkeyOptions: createRoute({
    method: 'post',
    path: '/hob/v1/passkeys/options',
    summary: 'What a device needs to make a passkey',
    ...needsFresh('self'),
    responses: answer(ceremony),
  }),
  addPasskey: createRoute({
    method: 'post',
    path: '/hob/v1/passkeys',
    summary: 'Keep the passkey that the device made',
    ...needsFresh('self'),
    request: json(z.strictObject({ id, name: labelSchema, response: webAuthn })),
    responses: answer(passkeySchema, 201),
  }),
  passkeys: createRoute({
    method: 'get',
    path: '/hob/v1/passkeys',
    summary: 'Your passkeys',
    ...needs('self'),
    responses: answer(z.object({ passkeys: z.array(passkeySchema) })),
  }),
  removePasskey: createRoute({
    method: 'delete',
    path: '/hob/v1/passkeys/{id}',
    summary: 'Forget a passkey',
    ...needsFresh('self'),
    request: { params: idParameter },
    responses: noContent,
  }),
  passkeySignInOptions: createRoute({
    method: 'post',
    path: '/hob/v1/session/passkey/options',
    summary: 'What a device needs to sign in with a passkey',
    ...needs('nobody'),
    responses: answer(ceremony),
  }),
  passkeySignIn: createRoute({
    method: 'post',
    path: '/hob/v1/session/passkey',
    summary: 'Sign in with a passkey',
    ...needs('nobody'),
    request: json(z.strictObject({ id, response: webAuthn })),
    responses: answer(personSchema, 201),
  }),
  people: createRoute({
    method: 'get',
    path: '/hob/v1/people',
    summary: 'Everybody who may sign in',
    ...needs('people'),
    responses: answer(z.object({ people: z.array(personSchema) })),
  }),
  changePerson: createRoute({
    method: 'patch',
    path: '/hob/v1/people/{id}',
    summary: 'Change a role or an end date; the last owner stays owner',
    ...needsFresh('people'),
    request: {
      params: idParameter,
      ...json(z.strictObject({ role: z.enum(roles).optional(), expiresAt: expiry.nullable().optional() })),
    },
    responses: answer(personSchema),
  }),
  resetPerson: createRoute({
    method: 'post',
    path: '/hob/v1/people/{id}/reset',
    summary:
      'A code with which somebody sets a new password, once, within a day; their devices are signed out',
    ...needsFresh('people'),
    request: { params: idParameter },
    responses: answer(z.object({ code: z.string(), expiresAt: z.iso.datetime() }), 201),
  }),
  removePerson: createRoute({
    method: 'delete',
    path: '/hob/v1/people/{id}',
    summary: 'Remove a person with everything of theirs',
    ...needsFresh('people'),
    request: { params: idParameter },
    responses: noContent,
  }),
  invitations: createRoute({
    method: 'get',
    path: '/hob/v1/invitations',
    summary: 'Invitations that nobody has used yet',
    ...needs('people'),
    responses: answer(z.object({ invitations: z.array(invitationSchema) })),
  }),
  invite: createRoute({
    method: 'post',
    path: '/hob/v1/invitations',
    summary: 'Invite somebody; the code is shown once',
    ...needsFresh('people'),
    request: json(z.strictObject({ role: z.enum(roles), personExpiresAt: expiry.nullable().optional() })),
    responses: answer(invitationSchema.extend({ code: z.string() }), 201),
  }),
  removeInvitation: createRoute({
    method: 'delete',
    path: '/hob/v1/invitations/{id}',
    summary: 'Take an invitation back',
    ...needs('people'),
    request: { params: idParameter },
    responses: noContent,
  }),
  accept: createRoute({
    method: 'post',
    path: '/hob/v1/invitations/accept',
    summary: 'Become one of the people, with the code of an invitation',
    ...needs('nobody'),
    request: json(z.strictObject({ code: codeSchema, ...newAccount })),
    responses: answer(z.object({ person: personSchema, recoveryCodes }), 201),
  }),
  tokens: createRoute({
    method: 'get',
    path: '/hob/v1/tokens',
    summary: 'Your tokens; an owner sees everybody’s',
    ...needs('tokens'),
    responses: answer(z.object({ tokens: z.array(tokenSchema) })),
  }),
  makeToken: createRoute({
    method: 'post',
    path: '/hob/v1/tokens',
    summary: 'A token for a program; it is shown once',
    ...needsFresh('tokens'),
    request: json(
      z.strictObject({
        name: labelSchema,
        scopes: z.array(scopeSchema).max(20).default([]),
        expiresAt: expiry.nullable().optional(),
      }),
    ),
    responses: answer(tokenSchema.extend({ token: z.string() }), 201),
  }),
  removeToken: createRoute({
    method: 'delete',
    path: '/hob/v1/tokens/{id}',
    summary: 'End a token; its open connections are cut',
    ...needs('tokens'),
    request: { params: idParameter },
    responses: noContent,
  }),
  ticket: createRoute({
    method: 'post',
    path: '/hob/v1/ticket',
    summary: 'A ticket for one WebSocket within 30 s, for clients that cannot send headers with it',
    ...needs('live'),
    responses: answer(z.object({ ticket: z.string(), expiresAt: z.iso.datetime() }), 201),
  }),
} as const
