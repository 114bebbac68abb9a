// The catalogue's format: families of open-weight models that Hob knows, with what memory, speed and quality depend
// on. The data is catalogue.json; figures that nobody verified are named in `estimated`.
import { z } from 'zod'
import { modelKindSchema } from '#appliance/contracts/models.ts'

const attentionSchema = z.strictObject({
  /** So many layers of this kind. Layers without a cache (recurrent, sharing another's) are in no group. */
  layers: z.number().int().positive(),
  kvHeads: z.number().int().positive(),
  headLength: z.number().int().positive(),
  /** Looks back so many tokens; null: to the beginning. */
  window: z.number().int().positive().nullable(),
})

const publishedSchema = z.strictObject({
  quantization: z.string(),
  /** Size of the file; null: computed from the bits per weight. */
  bytes: z.number().int().positive().nullable(),
  /** Where it is published, as OWNER/NAME on the hub. */
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
})

export const familySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  name: z.string(),
  kind: modelKindSchema,
  licence: z.string(),
  /** All weights of the language model. */
  parameters: z.number().int().positive(),
  /** Weights read for each token where it is not all of them (experts, looked-up embeddings). */
  activeParameters: z.number().int().positive().nullable(),
  mixtureOfExperts: z.boolean(),
  layers: z.number().int().positive(),
  attention: z.array(attentionSchema),
  embeddingLength: z.number().int().positive(),
  feedForwardLength: z.number().int().positive(),
  vocabularySize: z.number().int().positive(),
  trainedContextTokens: z.number().int().positive(),
  /** MMLU-Pro of the unquantized model in per cent, thinking where it can; embedding models: MTEB mean. */
  quality: z.number().min(0).max(100),
  /** Published by its makers in this form: no loss is counted. */
  nativeQuantizations: z.array(z.string()),
  published: z.array(publishedSchema),
  /** A file is of this family when its name matches and its size is within a fifth. */
  match: z.strictObject({
    name: z.string().refine((source) => new RegExp(source, 'iu') instanceof RegExp),
    architectures: z.array(z.string()).min(1),
  }),
  /** Names of the fields above that are estimates, not publishers' figures. */
  estimated: z.array(z.string()),
  sources: z.array(z.url()).min(1),
})
export type Family = z.infer<typeof familySchema>

export const catalogueSchema = z.strictObject({ families: z.array(familySchema) })
export type Catalogue = z.infer<typeof catalogueSchema>
