// Search finds what a plain reading of all entries finds, for any combination of filters, and pages through it.
import { describe, expect, test } from 'vitest'
import type { AuditEntry } from '#appliance/contracts/audit.ts'
import { auditActions } from '#appliance/contracts/audit.ts'
import { randomRecord, record } from '#test/fakes/audit/records.ts'
import { seededRandom } from '#test/fakes/random.ts'
import { openLog } from './log.ts'

const query = (given: Record<string, string | number | undefined>): string =>
  `?${new URLSearchParams(
    Object.entries(given).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, String(value)]],
    ),
  ).toString()}`

describe('text', () => {
  const targets = [
    'qwen3-4b-q4_k_m',
    '张伟的手机',
    'Café Zürich',
    'ＷＩＤＥ tablet',
    '⑴ first',
    'カレーの作り方',
    '"quoted" OR (NEAR) *',
  ]
  const cases: readonly [string, readonly number[]][] = [
    ['qwen', [0]],
    ['Q4_K', [0]],
    ['wen', []],
    ['张伟', [1]],
    ['手机', [1]],
    ['伟手', []],
    ['伟', [1]],
    ['cafe zuri', [2]],
    ['wide', [3]],
    ['1 fir', [4]],
    ['カレー', [5]],
    ['reason quot', [6]],
    ['quoted near OR', [6]],
    ['rate', [0, 1, 2, 3, 4, 5, 6]],
    ['true 42', [0, 1, 2, 3, 4, 5, 6]],
    ['qwen tablet', []],
  ]
  test('is found by the beginnings of words, in every script, and is no query syntax', async () => {
    const { audit, list } = openLog()
    const details = { reason: 'rate', sure: true, n: 42 }
    audit.appendMany(targets.map((target) => record({ target, details })))
    for (const [text, expected] of cases) {
      const found = await list(query({ text }))
      expect(found.map(({ target }) => targets.indexOf(target ?? '')).toReversed(), text).toEqual(expected)
    }
  })

  test('without a word, or with more than eight, is refused', async () => {
    const { get } = openLog()
    for (const text of ['---', 'a1 b2 c3 d4 e5 f6 g7 h8 i9']) {
      for (const path of ['', '/export']) {
        const answer = await get(`${path}${query({ text })}`)
        expect(answer.status).toBe(400)
        expect(await answer.json()).toMatchObject({ error: { code: 'invalid_request', param: 'text' } })
      }
    }
  })
})

test('a wrong filter is refused by its name', async () => {
  const { get } = openLog()
  const wrong = {
    action: ['no.such', '*'],
    outcome: ['perhaps'],
    since: ['yesterday'],
    limit: [201],
    before: [0],
  }
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const answer = await get(query({ [name]: value }))
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ error: { code: 'invalid_request', param: name } })
    }
  }
})

describe('any combination', () => {
  // written apart from the code under test: only for the words of records.ts
  const wordsOf = ({ target, details }: AuditEntry): string[] =>
    `${target ?? ''} ${Object.entries(details).flat().join(' ')}`
      .normalize('NFKD')
      .replaceAll(/[\u0300-\u036f]/g, '')
      .toLowerCase()
      .split(/[^a-z0-9\u4e00-\u9fff]+/)
      .flatMap((word) => (/^[a-z0-9]/.test(word) ? [word] : Array.from(word, (_, i) => word.slice(i, i + 2))))

  test('finds what reading everything finds', async () => {
    const random = seededRandom()
    const { audit, clock, list, get } = openLog()
    const start = clock.now().getTime()
    for (let n = 0; n < 24; n++) {
      // the clock goes back now and then
      clock.advance(Math.floor(random() * 7_200_000) - (random() < 0.2 ? 10_000_000 : 0))
      audit.appendMany(Array.from({ length: 25 }, () => randomRecord(random)))
      if (n === 6) {
        clock.advance(1)
        await audit.prune(new Date(start + 3_600_000))
      }
    }
    const all: AuditEntry[] = []
    for (;;) {
      const page = await list(query({ limit: 200, before: all.at(-1)?.seq }))
      all.push(...page)
      if (page.length < 200) break
    }
    expect(all.length).toBeGreaterThan(400)
    const words = new Map(all.map((entry) => [entry.seq, wordsOf(entry)]))
    const maybe = <Value>(share: number, value: () => Value): Value | undefined =>
      random() < share ? value() : undefined
    const some = <Value>(values: readonly Value[]): Value | undefined =>
      values[Math.floor(random() * values.length)]
    const moment = (): string => some(all)?.at ?? ''

    let found = 0
    const toExport: { asked: string; expected: number[] }[] = []
    for (let round = 0; round < 200; round++) {
      const action = maybe(0.4, () => some(auditActions) ?? '')
      const area = action !== undefined && random() < 0.6 ? `${action.split('.')[0]}.*` : action
      const filter = {
        person: maybe(0.4, () => some(['p-ann', 'p-bob', 'P-BOB', 'p-zhang', 'p-émilie', 'p-an'])),
        action: area,
        outcome: maybe(0.3, () => some(['done', 'refused', 'failed'])),
        since: maybe(0.3, moment),
        until: maybe(0.3, moment),
        text: maybe(0.4, () =>
          some(['qwen3', 'q', 'manager', '张伟', '手机', '密码', 'caf', 'rate', 'bytes true', '1']),
        ),
        before: maybe(0.3, () => some(all)?.seq),
        limit: 1 + Math.floor(random() * 30),
      }
      const expected = all
        .filter(
          (entry) =>
            (filter.person === undefined || entry.who.person === filter.person) &&
            (area === undefined ||
              (area.endsWith('*') ? entry.action.startsWith(area.slice(0, -1)) : entry.action === area)) &&
            (filter.outcome === undefined || entry.outcome === filter.outcome) &&
            (filter.since === undefined || entry.at >= filter.since) &&
            (filter.until === undefined || entry.at < filter.until) &&
            (filter.text?.split(' ') ?? []).every((word) =>
              words.get(entry.seq)?.some((candidate) => candidate.startsWith(word)),
            ),
        )
        .map(({ seq }) => seq)
      const older = expected.filter((seq) => seq < (filter.before ?? Number.POSITIVE_INFINITY))
      const answer = await (await get(query(filter))).json()
      const seqs = answer.entries.map(({ seq }: AuditEntry) => seq)
      expect({ filter, seqs, more: answer.more }).toEqual({
        filter,
        seqs: older.slice(0, filter.limit),
        more: older.length > filter.limit,
      })
      found += seqs.length
      if (round % 40 === 0)
        toExport.push({ asked: query({ ...filter, before: undefined, limit: undefined }), expected })
    }
    const newest = all[0]?.seq ?? 0
    for (const { asked, expected } of toExport) {
      const lines = (await (await get(`/export${asked}`)).text()).trimEnd().split('\n').slice(1)
      const exported = lines.map((line) => Number(JSON.parse(line).seq)).toReversed()
      // the exports are recorded, too, and newer than everything
      expect({ asked, exported: exported.filter((seq) => seq <= newest) }).toEqual({
        asked,
        exported: expected,
      })
    }
    expect(found).toBeGreaterThan(150)
  })
})
