// What the health checks find is said in Chinese, too: each code, with the same particulars.
import { describe, expect, it } from 'vitest'
import { type CheckResult, checkNames } from '#appliance/contracts/health-checks.ts'
import { createChecks } from '#appliance/health/checks.ts'
import { brokenReasons } from '#appliance/health/words.ts'
import { findingWords } from '#services/api/web/box/health-words.ts'
import { chineseFindings } from '#services/api/web/i18n/health-findings-zh.ts'
import { createTranslation } from '#services/api/web/i18n/index.ts'
import { createFakeHealth } from '#test/fakes/health.ts'

const checks = createChecks(createFakeHealth('').doors)
const english = new Map<string, { message: string; suggestion?: string }>([
  ...checks.flatMap(({ issues }) => Object.entries(issues)),
  ...[...checks.map(({ reasons }) => reasons), brokenReasons].flatMap((reasons) =>
    Object.entries(reasons).map(([code, message]) => [code, { message }] as const),
  ),
])
const holes = (text = ''): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort()

describe('findings', () => {
  it('have Chinese words for each code, and none for codes that are gone', () => {
    expect(Object.keys(chineseFindings).sort()).toEqual([...english.keys()].sort())
    const flat = Object.values(chineseFindings).flatMap(({ message, suggestion }) => [
      message,
      suggestion ?? '有',
    ])
    expect(flat.filter((text) => !/\p{Script=Han}/u.test(text))).toEqual([])
  })

  it('tell the same particulars in both languages', () => {
    const different = [...english].filter(([code, { message, suggestion }]) => {
      const ours = chineseFindings[code]
      return (
        String(holes(ours?.message)) !== String(holes(message)) ||
        String(holes(ours?.suggestion)) !== String(holes(suggestion))
      )
    })
    expect(different).toEqual([])
  })

  it('come from checks of each name, in the order in which they are shown', () => {
    expect(checks.map(({ name }) => name)).toEqual(checkNames)
    for (const language of ['en', 'zh'] as const)
      expect(Object.keys(createTranslation(language).t.health.checks)).toEqual(checkNames)
  })

  it('of a newer box are told as the box says them', () => {
    const result: CheckResult = {
      check: 'space',
      gates: false,
      at: '2026-11-01T00:00:00Z',
      tookMs: 1,
      state: 'issue',
      issue: {
        code: 'of_tomorrow',
        severity: 'warning',
        values: {},
        message: 'New trouble.',
        suggestion: 'Do this.',
        fixable: false,
      },
    }
    const words = { message: 'New trouble.', suggestion: 'Do this.' }
    expect(findingWords(result, createTranslation('zh'))).toEqual(words)
    expect(
      findingWords({ ...result, issue: { ...result.issue, code: 'constructor' } }, createTranslation('zh')),
    ).toEqual(words)
  })
})
