// Search by words in every script: what is found, marked and ranked, that no typed text is query syntax, that nothing
// deleted stays in the file, and that it is quick.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from '#appliance/store/open.ts'
import { migrations } from '#services/api/history/migrations.ts'
import { createSearch } from '#services/api/history/search.ts'
import { snippet } from '#services/api/history/snippet.ts'
import { openHistory } from '#services/api/history/store.ts'
import { matchExpression, phrasesOf, tokens } from '#services/api/history/tokens.ts'
import { createWords } from '#services/api/history/words.ts'
import { seededRandom } from '#test/fakes/random.ts'
import { folder } from './box.ts'

const start = Date.parse('2026-11-21T12:00:00Z')

/** A conversation for each text, for one person, a day apart; the last one is the newest. */
function remembering(user: string, texts: readonly string[]) {
  let nowMs = start - texts.length * 86_400_000
  const file = join(folder(), 'history.db')
  const store = openHistory({ file, now: () => new Date(nowMs) })
  onTestFinished(() => store.close())
  const ids = texts.map((text) => {
    nowMs += 86_400_000
    const { id } = store.conversations.create(user, 't')
    store.turns.begin(user, id, text)
    return id
  })
  const search = createSearch({ store, now: () => new Date(nowMs) })
  const find = (q: string, who = user) => search({ user: who, q, limit: 20, meaning: null })
  return { store, file, ids, find, texts }
}

const reference = [
  '今天下午三点在会议室讨论家庭服务器的备份计划',
  '请帮我写一封邮件给物业，询问停车位的价格',
  '東京の天気予報を教えてください。明日は雨ですか',
  'カレーの作り方とレシピを知りたいです',
  '내일 서울 날씨를 알려주세요. 우산이 필요할까요',
  '김치찌개를 맛있게 끓이는 방법을 검색해 주세요',
  'How do I configure the 路由器 for IPv6 at home?',
  'Der Café-Besuch in Zürich war schön, naïve Touristen überall',
  'ｆｕｌｌｗｉｄｔｈ letters and the file report_final-v2.pdf',
]
/** 10,000 conversations of ten turns in one transaction; one by one they would be 110,000 waits for the disk. */
function fill(file: string, user: string, content: (turn: number) => string): void {
  const raw = openStore({ file, migrations })
  const words = createWords(raw)
  const conversation = raw.prepare('INSERT INTO conversations VALUES (?, ?, ?, ?, ?)')
  const turn =
    raw.prepare(`INSERT INTO turns (row, user_id, conversation_id, position, id, role, content, state,
    created_ms, indexed) VALUES (?, ?, ?, ?, ?, 'user', ?, 'complete', ?, 1)`)
  raw.transaction(() => {
    for (let row = 1; row <= 100_000; row++) {
      const id = `c${Math.floor((row - 1) / 10)}`
      if (row % 10 === 1) conversation.run(user, id, 'title', row, row)
      const text = content(row)
      turn.run(row, user, id, row % 10, `t${row}`, text, start - row * 60_000)
      words.add(user, row, text)
    }
  })()
  raw.close()
}

/** Query → which text has it. */
const known: readonly [string, number][] = [
  ['服务器', 0],
  ['备份', 0],
  ['家庭服务器', 0],
  ['停车位', 1],
  ['价格', 1],
  ['天気', 2],
  ['天気予報', 2],
  ['明日', 2],
  ['レシピ', 3],
  ['カレー', 3],
  ['날씨', 4],
  ['우산', 4],
  ['김치', 5],
  ['검색'.normalize('NFD'), 5],
  ['路由器 ipv6', 6],
  ['configure 路由', 6],
  ['cafe zurich', 7],
  ['SCHÖN', 7],
  ['uber', 7],
  ['fullwidth', 8],
  ['report final', 8],
  ['我想问停车位多少价格', 1],
]

describe('searching by words', () => {
  it('finds every known word in Chinese, Japanese, Korean and mixed text, and marks it in the original', () => {
    const { find, ids } = remembering('ann', reference)
    for (const [query, text] of known) {
      const [hit] = find(query)
      expect([query, hit?.conversation.id]).toEqual([query, ids[text]])
      expect(hit?.snippet).toMatch(/\u{E000}[^\u{E000}\u{E001}]+\u{E001}/u)
      const unmarked = hit?.snippet.replaceAll(/[\u{E000}\u{E001}…]/gu, '') ?? ''
      expect(reference[text]).toContain(unmarked)
    }
    expect(find('服务')[0]?.snippet).toContain('家庭\u{E000}服务\u{E001}器')
    // both characters are there, but not side by side
    expect(find('器会')).toEqual([])
  })

  it('completes the last word, and no other', () => {
    const { find, ids } = remembering('ann', ['the wombat sleeps', 'a kangaroo jumps'])
    expect(find('womb').map((hit) => hit.conversation.id)).toEqual([ids[0]])
    expect(find('the womb')).toHaveLength(1)
    expect(matchExpression(phrasesOf('womb sleeps'), 'AND')).toBe('"womb" AND "sleeps"*')
  })

  it('puts the newer of two equal texts first, and a much better match before a newer one', () => {
    const { find, ids } = remembering('ann', [
      'wombat wombat wombat',
      'apple pie with cream',
      `wombat ${'and other animals of the zoo '.repeat(20)}`,
      'apple pie with cream',
    ])
    expect(find('apple').map((hit) => hit.conversation.id)).toEqual([ids[3], ids[1]])
    expect(find('wombat').map((hit) => hit.conversation.id)).toEqual([ids[0], ids[2]])
  })

  it('takes nothing a person types as query syntax', () => {
    const next = seededRandom()
    const { find, ids } = remembering('ann', ['alpha beta', 'gamma NEAR delta'])
    remembering('bob', ['alpha'])
    const outcome = (query: string): string => {
      try {
        find(query)
        return 'searched'
      } catch (error) {
        return `${JSON.stringify(query)}: ${String(error)}`
      }
    }
    const pieces = [
      '"',
      "'",
      'NEAR(',
      ')',
      ' AND ',
      ' OR ',
      ' NOT ',
      '*',
      '^',
      ':',
      'content:',
      '-',
      '{',
      '}',
      '+',
    ]
    pieces.push(
      ',',
      '\0',
      ';--',
      '\\',
      '%',
      '\u{E000}',
      '\uD800',
      '🙂',
      '字',
      ' ',
      'alpha',
      'é',
      '\u0301',
      'words_1',
    )
    for (let round = 0; round < 3_000; round++) {
      const query = Array.from(
        { length: 1 + next() * 12 },
        () => pieces[Math.floor(next() * pieces.length)],
      ).join('')
      expect(outcome(query)).toBe('searched')
    }
    for (const query of ['"alpha', 'alpha"', '^alpha', '(alpha', 'alpha*', '{alpha}', '-alpha', 'alpha:'])
      expect(find(query).map((hit) => hit.conversation.id)).toEqual([ids[0]])
    // plain words: where not all occur, any of them will do
    expect(find('delta NOT gamma').map((hit) => hit.conversation.id)).toEqual([ids[1]])
    expect(find('content:alpha').map((hit) => hit.conversation.id)).toEqual([ids[0]])
    expect(find('near delta')).toHaveLength(1)
    expect(find('"*:^')).toEqual([])
  })

  it('leaves nothing of what was deleted in the file', async () => {
    const texts = ['mysecretword 密码是熊猫', 'this stays here forever']
    const { store, file, ids, find } = remembering('ann', texts)
    store.vectors.embedder('m', 4)
    const [row] = store.turns.unembedded('ann', -1, 1)
    store.turns.setVector('ann', row?.row ?? 0, 1, new Float32Array([1234.5, 2345.5, 3456.5, 4567.5]))
    store.forget()
    const vector = Buffer.from(new Float32Array([1234.5, 2345.5, 3456.5, 4567.5]).buffer)
    const bytes = () => Buffer.concat([readFileSync(file), readFileSync(`${file}-wal`)])
    for (const trace of ['mysecretword', '密码是熊猫', vector]) expect(bytes().includes(trace)).toBe(true)
    store.deleteConversation('ann', ids[0] ?? '')
    for (const trace of ['mysecretword', 'ysecretwo', '密码是熊猫', '猫', vector])
      expect(bytes().includes(trace)).toBe(false)
    expect(find('mysecretword')).toEqual([])
    expect(find('stays')).toHaveLength(1)
    const deleted = await store.deleteOlderThan(new Date(start + 1))
    expect(deleted).toEqual([{ user: 'ann', id: ids[1] }])
    expect(bytes().includes('forever')).toBe(false)
  })

  it('deletes only what is older, of everybody, however many', async () => {
    const { store } = remembering(
      'ann',
      Array.from({ length: 120 }, (_, i) => `text ${i}`),
    )
    const deleted = await store.deleteOlderThan(new Date(start - 9.5 * 86_400_000))
    expect(deleted).toHaveLength(110)
    expect(store.conversations.list('ann', 200)).toHaveLength(10)
  })

  it('answers quickly among 10,000 conversations of ten turns', () => {
    const next = seededRandom()
    const pick = (size: number): number => Math.floor(size * next() ** 3)
    const word = (): string => `w${pick(20_000).toString(36)}`
    const han = (): string => String.fromCodePoint(0x4e00 + pick(3_000))
    const { store, file } = remembering('ann', [])
    store.words.welcome('ann')
    fill(file, 'ann', (pair) =>
      pair % 2 === 0 ? Array.from({ length: 20 }, word).join(' ') : Array.from({ length: 30 }, han).join(''),
    )
    const search = createSearch({ store, now: () => new Date(start) })
    const times: number[] = []
    for (let i = 0; i < 200; i++) {
      const q =
        [
          () => word(),
          () => `${word()} ${word().slice(0, 2)}`,
          () => han() + han(),
          () => 'w',
          () => `${han()}${han()}${han()} ${word()}`,
        ][i % 5]?.() ?? ''
      const before = performance.now()
      search({ user: 'ann', q, limit: 20, meaning: null })
      times.push(performance.now() - before)
    }
    times.sort((a, b) => a - b)
    const at = (share: number): number => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10
    process.stdout.write(
      `search in 100,000 turns: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(0.999)} ms\n`,
    )
    expect(at(0.95)).toBeLessThan(1_000)
  }, 300_000)
})

describe('a snippet', () => {
  it('begins with a whole word, and anywhere in a script without spaces', () => {
    const text = `${'abcdefghijk '.repeat(20)}wombat`
    expect(snippet(text, phrasesOf('wombat'))).toMatch(/^… ?abcdefghijk /)
    const han = `${'第一二三四五六七八九'.repeat(20)}，盒子`
    expect(snippet(han, phrasesOf('盒子'))).toMatch(/^….{30,}/u)
  })

  it('shows the densest place, cut between characters', () => {
    const text = `${'🙂 noise wombat '.repeat(40)}the red wombat met the red panda ${'🙂'.repeat(200)}`
    const cut = snippet(text, phrasesOf('red wombat'))
    expect(cut).toContain('\u{E000}red\u{E001} \u{E000}wombat\u{E001}')
    expect(cut.startsWith('…') && cut.endsWith('…')).toBe(true)
    expect(cut.isWellFormed()).toBe(true)
    expect(cut.length).toBeLessThan(220)
  })

  it('leaves private-use marks of the text out', () => {
    expect(snippet('a \u{E000}b\u{E001} wombat', phrasesOf('wombat'))).toBe('a b \u{E000}wombat\u{E001}')
  })

  it('splits words as the index does', () => {
    expect([...tokens('Ünïté 3.5km ガ東京ABC')].map(({ text }) => text)).toEqual([
      'unite',
      '3',
      '5km',
      'ガ',
      '東',
      '京',
      'abc',
    ])
  })
})
