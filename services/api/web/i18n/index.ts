// The page's languages: a catalogue each (en.ts is the pattern, zh.ts is checked against it), and errors by their codes.

import type { Problem } from '../app/problem.ts'
import type { Language } from '../app/settings.ts'
import { en } from './en.ts'
import { type ErrorTexts, englishErrors } from './errors-en.ts'
import { chineseErrors } from './errors-zh.ts'
import { createFormat, type Format } from './format.ts'
import { zh } from './zh.ts'

export type Catalogue = typeof en

export interface Translation {
  readonly language: Language
  readonly t: Catalogue
  readonly format: Format
  /** What happened, and what to do; `detail` is the box's own sentence where ours says less. */
  readonly problem: (problem: Problem) => { message: string; remedy: string; detail: string | null }
}

const catalogues: Readonly<Record<Language, Catalogue>> = { en, zh }
const errors: Readonly<Record<Language, ErrorTexts>> = { en: englishErrors, zh: chineseErrors }

/** Our words say all of it: the box's own sentence beneath would only repeat them in another language. */
const complete: ReadonlySet<string> = new Set([
  'sign_in_failed',
  'too_many_tries',
  'claim_code_wrong',
  'claim_closed',
  'already_claimed',
  'unclaimed',
  'sign_in_required',
  'confirm_required',
  'password_weak',
  'last_owner',
  'token_invalid',
  'too_many_requests',
  'too_busy',
  'name_taken',
  'code_wrong',
  'passkey_failed',
  'role_not_allowed',
  'person_not_found',
  'session_not_found',
  'token_not_found',
  'invitation_not_found',
  'passkey_not_found',
])

export function createTranslation(language: Language): Translation {
  const t = catalogues[language]
  const texts: Readonly<Record<string, { message?: string; remedy: string }>> = errors[language]
  return {
    language,
    t,
    format: createFormat(language),
    problem: ({ code, message, remedy }) => {
      const text = Object.hasOwn(texts, code) ? texts[code] : undefined
      const ours = text?.message ?? (message === '' ? t.problem.unknown : message)
      return {
        message: ours,
        remedy: text?.remedy ?? (remedy === '' ? t.problem.tryAgain : remedy),
        detail:
          text?.message === undefined || ['', ours].includes(message) || complete.has(code) ? null : message,
      }
    },
  }
}
