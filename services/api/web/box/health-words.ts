// What a health check found, in the reader's language: the box's own sentences in English, ours by code in others.
import type { CheckResult } from '#appliance/contracts/health-checks.ts'
import type { Language } from '../app/settings.ts'
import { chineseFindings } from '../i18n/health-findings-zh.ts'
import type { Translation } from '../i18n/index.ts'

export interface FindingTexts {
  readonly message: string
  /** Of an issue. */
  readonly suggestion?: string
}

interface Words {
  readonly message: string
  readonly suggestion: string | null
}

const texts: Readonly<Record<Language, Readonly<Record<string, FindingTexts>>>> = {
  en: {},
  zh: chineseFindings,
}

/** Null where there is nothing to say. A code that is newer than this page is told as the box says it. */
export function findingWords(
  result: CheckResult,
  { language, format }: Pick<Translation, 'language' | 'format'>,
): Words | null {
  if (result.state !== 'issue' && result.state !== 'not_measured') return null
  const found =
    result.state === 'issue' ? result.issue : { ...result.reason, suggestion: null as string | null }
  const known = texts[language]
  const ours = Object.hasOwn(known, found.code) ? known[found.code] : undefined
  const fill = (template: string): string =>
    template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
      const value = found.values[name]
      if (typeof value === 'number')
        return name.endsWith('Bytes') ? format.memory(value) : format.number(value, 1)
      return value ?? whole
    })
  return ours === undefined
    ? { message: found.message, suggestion: found.suggestion }
    : {
        message: fill(ours.message),
        suggestion: ours.suggestion === undefined ? found.suggestion : fill(ours.suggestion),
      }
}
