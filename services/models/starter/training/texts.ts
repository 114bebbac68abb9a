// Reads the texts of the corpus (corpus/*.json), each checked for its shape.
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type OutsideCategory, outsideCategories } from './answers.ts'

const list = z.array(z.string().min(1)).min(1)
const said = z.object({ answer: z.string(), facts: list, ask: list })
const topicsSchema = z.array(z.object({ id: z.string(), en: said, zh: said }))
const explained = z.object({ answer: z.string(), facts: list, messages: list })
const errorAnswersSchema = z.record(z.string(), z.object({ en: explained, zh: explained }))
const bothLists = z.object({ en: list, zh: list })
const category = z.enum(outsideCategories)
const outsideSchema = z.record(category, bothLists)
const listsByName = z.record(z.string(), list)
const fit = z.object({ gigabytes: z.number(), model: z.string(), fileGigabytes: z.number() })

const folder = fileURLToPath(new URL('../corpus/', import.meta.url))

export type Texts = Awaited<ReturnType<typeof readTexts>>

export async function readTexts() {
  const read = async <Schema extends z.ZodType>(name: string, schema: Schema): Promise<z.output<Schema>> =>
    schema.parse(JSON.parse(await readFile(`${folder}${name}.json`, 'utf8')))
  const names = (await readdir(folder)).map((name) => name.replace(/\.json$/, '')).sort()
  const all = <Schema extends z.ZodType>(prefix: string, schema: Schema) =>
    Promise.all(names.filter((name) => name.startsWith(prefix)).map((name) => read(name, schema)))
  return {
    topics: (await all('topics-', topicsSchema)).flat(),
    outside: joined(await all('outside-', z.partialRecord(category, bothLists))),
    words: await read('words', z.object({ en: listsByName, zh: listsByName })),
    errorAsks: await read('errors', bothLists),
    errorAnswers: await read('error-answers', errorAnswersSchema),
    fitAsks: await read('fit', bothLists.extend({ cardEn: list, cardZh: list })),
    fits: await read('fits', z.object({ memory: z.array(fit), card: z.array(fit) })),
    tools: await read(
      'tools',
      z.object({ en: listsByName, zh: listsByName, fillers: z.object({ en: listsByName, zh: listsByName }) }),
    ),
  }
}

/** A category may be spread over several files; all must be there. */
function joined(parts: readonly Partial<Record<OutsideCategory, z.output<typeof bothLists>>>[]) {
  const of = (name: OutsideCategory, language: 'en' | 'zh'): string[] =>
    parts.flatMap((part) => part[name]?.[language] ?? [])
  return outsideSchema.parse(
    Object.fromEntries(outsideCategories.map((name) => [name, { en: of(name, 'en'), zh: of(name, 'zh') }])),
  )
}
