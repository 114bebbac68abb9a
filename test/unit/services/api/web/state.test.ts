// What the page works out without a browser: addresses, settings, the memory bar, and the words and picture of the
// choice.
import { describe, expect, it } from 'vitest'
import type { Choice } from '#appliance/contracts/models.ts'
import { parseRoute } from '#services/api/web/app/router.ts'
import { createSettings, preferredLanguage } from '#services/api/web/app/settings.ts'
import { memoryParts } from '#services/api/web/box/memory.ts'
import { createTranslation } from '#services/api/web/i18n/index.ts'
import { scaleOf } from '#services/api/web/models/scale.ts'
import { standingOf, verdictWords } from '#services/api/web/models/verdict.ts'
import { choiceOf, statusOf } from '#test/fakes/box-data.ts'

describe('addresses', () => {
  it('lead to places and conversations, and to nowhere when they are wrong', () => {
    expect(parseRoute('/')).toEqual({ place: 'chat', id: null })
    expect(parseRoute('/chat/a_B-9')).toEqual({ place: 'chat', id: 'a_B-9' })
    expect(parseRoute('/models/')).toEqual({ place: 'models' })
    expect(parseRoute('/box')).toEqual({ place: 'box', part: null })
    expect(parseRoute('/box/people')).toEqual({ place: 'box', part: 'people' })
    expect(parseRoute('/join')).toEqual({ place: 'join' })
    for (const path of [
      '/box/nowhere',
      '/claim/code',
      '/chat/a/b',
      '/chat/..%2f',
      '/models/x',
      '/chores',
      '/chat/a b',
    ])
      expect(parseRoute(path), path).toEqual({ place: 'lost' })
  })
})

describe('settings', () => {
  const storage = () => {
    const kept = new Map<string, string>()
    return {
      kept,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
  }

  it('follow the browser until something is chosen, and keep only that', () => {
    const kept = storage()
    const first = createSettings(kept, ['fr-FR', 'zh-TW', 'en'])
    expect(first.settings.get()).toEqual({ language: 'zh', theme: 'auto' })
    first.change({ theme: 'night' })
    expect(createSettings(kept, ['en-GB']).settings.get()).toEqual({ language: 'en', theme: 'night' })
    expect([...kept.kept.values()]).toEqual(['{"theme":"night"}'])
  })

  it('do without a storage that is full, or that somebody filled with nonsense', () => {
    const kept = storage()
    kept.kept.set('hob.settings', '{"theme":"pink","language":7')
    const full = {
      ...kept,
      setItem: () => {
        throw new Error('full')
      },
    }
    const settings = createSettings(full, [])
    settings.change({ theme: 'day' })
    expect(settings.settings.get()).toEqual({ language: preferredLanguage([]), theme: 'day' })
  })
})

describe('the memory bar', () => {
  it('adds up to the total, whatever was measured', () => {
    const status = statusOf('real')
    for (const available of [0, 8e9, status.load.memoryTotalBytes, 1e15]) {
      const load = { ...status.load, memoryAvailableBytes: available }
      const parts = memoryParts({ ...status, load })
      expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(load.memoryTotalBytes)
      for (const { bytes } of parts) expect(bytes).toBeGreaterThanOrEqual(0)
    }
    expect(memoryParts(status)[0]?.bytes).toBe(status.models?.engines[0]?.residentBytes)
  })
})

describe('the choice', () => {
  const { candidates }: Choice = choiceOf('real')

  it('says each verdict in both languages', () => {
    for (const language of ['en', 'zh'] as const)
      for (const { verdict } of candidates)
        expect(verdictWords(verdict, createTranslation(language)).length).toBeGreaterThan(2)
    expect(
      verdictWords(
        { code: 'needs_more_memory', needBytes: 2 ** 33, haveBytes: 2 ** 32 },
        createTranslation('en'),
      ),
    ).toBe('Needs 8 GiB of memory; 4 GiB can be had.')
  })

  it('puts faster ones to the right, better ones higher, all inside the picture', () => {
    const scale = scaleOf(candidates)
    expect(scale.floor).toBe(5)
    expect(scale.x(20)).toBeGreaterThan(scale.x(10))
    expect(scale.y(70)).toBeLessThan(scale.y(40))
    for (const { plan } of candidates) {
      expect(scale.x(plan.tokensPerSecond)).toBeGreaterThan(40)
      expect(scale.x(plan.tokensPerSecond)).toBeLessThan(616)
    }
  })

  it('tells what was chosen from what lacks its file and what cannot be', () => {
    expect(candidates.slice(0, 4).map(standingOf)).toEqual(['chosen', 'missing', 'missing', 'fits'])
    expect(standingOf(candidates.at(-1) ?? candidates[0] ?? expect.fail())).toBe('rejected')
  })
})
