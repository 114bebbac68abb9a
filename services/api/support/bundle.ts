// What an owner hands to somebody who helps: how the box is, in files that can be read before they are sent. Every one of them goes
// through the mask. What cannot be found out is told in its place: a bundle is wanted when things are broken.
import { toErrorBody } from '#appliance/errors.ts'
import type { Mask } from '../privacy/mask.ts'
import type { ArchivedFile } from './tar.ts'

/** A file of the bundle: its name, what it is in a line, and how to get it. */
export interface Part {
  readonly name: string
  readonly says: string
  /** Text as it is; all else becomes JSON. */
  read(): Promise<unknown>
}

const partLimitMs = 60_000

export async function makeBundle({
  parts,
  mask,
  head,
  limitMs = partLimitMs,
}: {
  parts: readonly Part[]
  mask: Mask
  /** The first lines of its README. */
  head: string
  /** For each part. */
  limitMs?: number
}): Promise<ArchivedFile[]> {
  const files = await Promise.all(
    parts.map(async ({ name, read }) => {
      const value = await told(read, limitMs)
      // a log is masked entry by entry, where it is read
      const text = typeof value === 'string' ? value : `${JSON.stringify(mask.value(value), null, 2)}\n`
      return { name, content: Buffer.from(text) }
    }),
  )
  const readme = readmeOf(head, parts)
  return [{ name: 'README.txt', content: Buffer.from(readme) }, ...files]
}

async function told(read: Part['read'], limitMs: number): Promise<unknown> {
  const limit = Promise.withResolvers<never>()
  const late = AbortSignal.timeout(limitMs)
  late.addEventListener('abort', () => limit.reject(late.reason), { once: true })
  // what throws before it has a promise must not leave the limit's behind, which nobody would catch
  const work = async (): Promise<unknown> => await read()
  try {
    return await Promise.race([work(), limit.promise])
  } catch (error) {
    return { notKnown: toErrorBody(error, '-').body.error.message }
  }
}

const readmeOf = (head: string, parts: readonly Part[]): string => `${head}

What is in it
${parts.map(({ name, says }) => `  ${name.padEnd(16)}${says}`).join('\n')}

What is not in it
  Conversations, prompts, answers, people's names, passwords, tokens, codes, keys and certificates: none of it is here.
  Settings are shown by a list of those that tell nothing about anybody.

What was masked, in all of the files
  people              person-1, person-2, … in the order in which they came to the box
  mail, phones        mail-3fa9c1, phone-3fa9c1: the same word for the same address or number
  devices             device-3fa9c1 for names such as somebodys-phone.local
  addresses           192.168.[host-3fa9c1], fe80:[host-3fa9c1], 3c:52:82:[card-3fa9c1]: the first part is left
  Wi-Fi networks      network-3fa9c1
  secrets             [secret], [token], [code], [key]: nothing of them is left
  The words change when the box is started again. Nobody can turn them back.
  Masking goes by names that the box knows and by forms. Look through log.jsonl before you send it to somebody.
`
