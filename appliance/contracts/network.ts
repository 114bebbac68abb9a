// The routes about the box's place on the network: what it is called there, with which certificate it proves itself, and
// which other boxes are there.
import { createRoute, z } from '@hono/zod-openapi'
import { needs, needsFresh } from './access.ts'
import { answer } from './answer.ts'

/** What a box says of itself on the network. Anybody there can say so: nothing of it is proven. */
export const foundBoxSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** What its owner calls it. */
  name: z.string().max(63),
  /** With `.local`. */
  host: z.string().max(80),
  addresses: z.object({ v4: z.array(z.ipv4()).max(16), v6: z.array(z.ipv6()).max(16) }),
  port: z.number().int().min(1).max(65_535),
  version: z.string().max(32).nullable(),
  /** Whether it has an owner; null when it does not say. */
  claimed: z.boolean().nullable(),
  /** The first 16 hex digits of its root certificate's SHA-256. */
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable(),
})
export type FoundBox = z.infer<typeof foundBoxSchema>

export const boxNamesSchema = z.object({
  id: foundBoxSchema.shape.id,
  /** What people read. */
  name: z.string(),
  /** The host label that was chosen, without `.local`. */
  label: z.string(),
  /** As the network knows it now, with `.local`: another label where the chosen one was taken. */
  host: z.string(),
  /** Of its page, the best first, without a path. */
  addresses: z.array(z.string()).max(64),
})
export type BoxNames = z.infer<typeof boxNamesSchema>

/** What is left out stays. Bounds are the box's to judge, in words: name_invalid. */
export const renameBoxSchema = z.strictObject({
  name: z.string().max(1_000).optional(),
  label: z.string().max(1_000).optional(),
})
export type RenameBox = z.infer<typeof renameBoxSchema>

/** What browsers meet now. The private key never leaves the box. */
export const servedCertificateSchema = z.object({
  /** box: of its own root, renewed by itself; owner: brought by the owner. */
  source: z.enum(['box', 'owner']),
  names: z.array(z.string()).max(256),
  addresses: z.array(z.string()).max(256),
  /** The common name of who signed it, or all of its name. */
  issuer: z.string(),
  notBefore: z.iso.datetime(),
  /** When the first of it and its chain ends. */
  notAfter: z.iso.datetime(),
  /** SHA-256 of the certificate itself, in pairs with colons. */
  fingerprint: z.string(),
  /** The same of the box's own root, whatever is in use. */
  caFingerprint: z.string(),
})
export type ServedCertificate = z.infer<typeof servedCertificateSchema>

/** In PEM. `chain` begins with the key's own certificate; each next one signed the one before. */
export const ownCertificateSchema = z.strictObject({
  key: z.string().min(1).max(65_536),
  chain: z.string().min(1).max(65_536),
})
export type OwnCertificate = z.infer<typeof ownCertificateSchema>

const body = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})

export const networkRoutes = {
  discover: createRoute({
    method: 'get',
    path: '/hob/v1/discover',
    summary: 'The boxes on the local network, this one among them, after some seconds of listening',
    ...needs('status'),
    request: { query: z.object({ seconds: z.coerce.number().int().min(1).max(10).default(3) }) },
    responses: answer(z.object({ boxes: z.array(foundBoxSchema.extend({ own: z.boolean() })) })),
  }),
  names: createRoute({
    method: 'get',
    path: '/hob/v1/name',
    summary: 'What the box is called, and where its page is',
    ...needs('box'),
    responses: answer(boxNamesSchema),
  }),
  /** The same again changes nothing. A former host label is answered to for ten minutes more. */
  rename: createRoute({
    method: 'patch',
    path: '/hob/v1/name',
    summary: 'Another name or host label, announced and certified before the old one ends',
    ...needsFresh('box'),
    request: body(renameBoxSchema),
    responses: answer(boxNamesSchema),
  }),
  certificate: createRoute({
    method: 'get',
    path: '/hob/v1/certificate',
    summary: 'The certificate in use',
    ...needs('box'),
    responses: answer(servedCertificateSchema),
  }),
  useCertificate: createRoute({
    method: 'put',
    path: '/hob/v1/certificate',
    summary: 'Use a certificate of one’s own from the next handshake on',
    ...needsFresh('box'),
    request: body(ownCertificateSchema),
    responses: answer(servedCertificateSchema),
  }),
  /** Without one there is nothing to do, and it is done. */
  dropCertificate: createRoute({
    method: 'delete',
    path: '/hob/v1/certificate',
    summary: 'Go back to the box’s own certificate; the other and its key are deleted',
    ...needsFresh('box'),
    responses: answer(servedCertificateSchema),
  }),
} as const
