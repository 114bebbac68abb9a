// What can be wrong with the texts of the corpus: facts that are not in their answers, a question in two topics, a
// question of the examination that is in the corpus. Used by the unit test and while writing.
import type { Examination } from './judge.ts'
import type { Texts } from './texts.ts'

/** As two people would call it the same question: case, spaces and punctuation left out. */
export const normalise = (text: string): string => text.toLowerCase().replaceAll(/[\s\p{P}]/gu, '')

/** Every text that a pattern can become, at most `limit` of them. */
export function expansions(pattern: string, limit = 20_000): string[] {
  const match = /\{([^{}]*)\}/.exec(pattern)
  if (match === null) return [pattern]
  const [whole, inner = ''] = match
  const all: string[] = []
  for (const option of inner.split('|')) {
    all.push(
      ...expansions(
        pattern.replace(whole, () => option),
        limit - all.length,
      ),
    )
    if (all.length >= limit) break
  }
  return all
}

/** Question → the topics that it belongs to; one of a question mark alone is its own. */
export function questionsOf({ topics }: Texts): Map<string, Set<string>> {
  const owners = new Map<string, Set<string>>()
  for (const topic of topics) {
    for (const lang of ['en', 'zh'] as const) {
      for (const pattern of topic[lang].ask) {
        for (const text of expansions(pattern)) {
          const key = normalise(text) || text.trim()
          const owner = owners.get(key)
          if (owner === undefined) owners.set(key, new Set([topic.id]))
          else owner.add(topic.id)
        }
      }
    }
  }
  return owners
}

export function missingFacts({ topics, errorAnswers }: Texts): string[] {
  const all = [
    ...topics.map((topic) => ({ name: topic.id, said: topic })),
    ...Object.entries(errorAnswers).map(([name, said]) => ({ name, said })),
  ]
  return all.flatMap(({ name, said }) =>
    (['en', 'zh'] as const).flatMap((lang) =>
      said[lang].facts
        .filter((fact) => !said[lang].answer.toLowerCase().includes(fact.toLowerCase()))
        .map((fact) => `${name} (${lang}) lacks ${fact}`),
    ),
  )
}

export function leaked(texts: Texts, examination: Examination): string[] {
  const known = questionsOf(texts)
  for (const category of Object.values(texts.outside))
    for (const lang of ['en', 'zh'] as const)
      for (const pattern of category[lang])
        for (const text of expansions(pattern)) known.set(normalise(text), new Set(['outside']))
  return [...examination.domain, ...examination.outside]
    .map(({ ask }) => ask)
    .filter((ask) => known.has(normalise(ask)))
}
