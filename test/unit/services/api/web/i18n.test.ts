// Both languages say the same things, nothing stays untranslated, and every error that can reach the page has words.
import { describe, expect, it } from 'vitest'
import { type ErrorCode, errorCatalogue } from '#appliance/errors.ts'
import { en } from '#services/api/web/i18n/en.ts'
import { chineseErrors } from '#services/api/web/i18n/errors-zh.ts'
import { createTranslation } from '#services/api/web/i18n/index.ts'
import { zh } from '#services/api/web/i18n/zh.ts'

/** Every text with its path; functions are named by how many things they take. */
function texts(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, `${path}.${key}`))
}

const han = /\p{Script=Han}/u

const startUp: readonly ErrorCode[] = [
  ...([
    'config_invalid',
    'config_unreadable',
    'tls_off_not_loopback',
    'port_in_use',
    'port_not_allowed',
  ] as const),
  ...([
    'data_in_use',
    'data_unwritable',
    'data_full',
    'data_newer',
    'data_corrupt',
    'not_running',
    'stick_invalid',
    'usage',
  ] as const),
  ...(['profile_invalid', 'principal_missing', 'tls_damaged'] as const),
]

describe('the languages', () => {
  it('have the same keys, the same kind of text at each, and nothing empty', () => {
    const english = texts(en)
    const chinese = texts(zh)
    expect(chinese.map(([path]) => path).sort()).toEqual(english.map(([path]) => path).sort())
    const kinds = new Map(english.map(([path, text]) => [path, typeof text]))
    expect(chinese.filter(([path, text]) => typeof text !== kinds.get(path))).toEqual([])
    expect([...english, ...chinese].filter(([, text]) => text === '')).toEqual([])
  })

  it('leave no English sentence in the Chinese catalogue', () => {
    // names, and figures with nothing but signs around them
    const alike = new Set(['.chat.box', '.box.facts.engine', '.box.of', '.box.version', '.models.progress'])
    const words = (text: unknown) => String(typeof text === 'function' ? text('1', '2', '3', '4') : text)
    const untranslated = texts(zh).filter(([path, text]) => !alike.has(path) && !han.test(words(text)))
    expect(untranslated.map(([path]) => path)).toEqual([])
  })

  it('say each error that can reach the page in Chinese, with what to do', () => {
    const shown = Object.keys(errorCatalogue).filter((code) => startUp.every((one) => one !== code))
    const untranslated = shown.filter((code) => {
      const { message, remedy } = createTranslation('zh').problem({ code, message: 'M', remedy: 'R' })
      return !han.test(message) || !han.test(remedy)
    })
    expect(shown).not.toEqual([])
    expect(untranslated).toEqual([])
    expect(Object.keys(chineseErrors)).not.toContain('usage')
  })

  it('fall back to what the box said about an error that the page does not know', () => {
    const problem = { code: 'of_tomorrow', message: 'New trouble.', remedy: 'Do this.' }
    expect(createTranslation('zh').problem(problem)).toEqual({
      message: 'New trouble.',
      remedy: 'Do this.',
      detail: null,
    })
    expect(createTranslation('zh').problem({ ...problem, code: 'constructor' }).message).toBe('New trouble.')
  })

  it('keep the particulars of the box under the translated sentence', () => {
    const problem = {
      code: 'model_load_failed',
      message: 'The model x could not be loaded: why',
      remedy: 'R',
    }
    expect(createTranslation('zh').problem(problem).detail).toBe('The model x could not be loaded: why')
    expect(createTranslation('en').problem(problem).message).toBe(problem.message)
  })

  it('count as English does', () => {
    expect(en.chat.messages(1)).toBe('1 message')
    expect(en.chat.messages(1200)).toBe('1,200 messages')
  })
})
