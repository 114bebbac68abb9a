// The box's question for its own name, and what it does about the answer.
import { describe, expect, it } from 'vitest'
import { createLog } from '#appliance/log.ts'
import { createSelfCheck } from '#services/api/discovery/self-check.ts'

function setUp() {
  const answers: (string[] | null)[] = []
  const asked: string[] = []
  const lines: string[] = []
  let republished = 0
  const selfCheck = createSelfCheck({
    log: createLog({ service: 'api', level: 'info', write: (line) => lines.push(line) }),
    ask: (host) => {
      asked.push(host)
      return Promise.resolve(answers.shift() ?? null)
    },
    own: () => new Set(['10.0.0.7', 'fe80::7']),
    name: () => 'hob-ab12',
    republish: () => {
      republished++
      return Promise.resolve()
    },
  })
  const check = async (answer: string[] | null): Promise<number> => {
    answers.push(answer)
    await selfCheck.check()
    return republished
  }
  return { check, asked, lines }
}

describe('the self-check', () => {
  it('is content when its own addresses answer', async () => {
    const { check, asked, lines } = setUp()
    expect(await check(['10.0.0.7', 'fe80::7'])).toBe(0)
    expect(asked).toEqual(['hob-ab12'])
    expect(lines).toEqual([])
  })

  it('publishes anew when nobody answers twice in a row, and says so', async () => {
    const { check, lines } = setUp()
    expect(await check([])).toBe(0)
    expect(await check([])).toBe(1)
    expect(lines.join('')).toContain('published anew')
    expect(await check(['10.0.0.7'])).toBe(1)
    expect(lines.join('')).toContain('answered again')
  })

  it('begins to count anew after an answer', async () => {
    const { check } = setUp()
    await check([])
    await check(['fe80::7'])
    expect(await check([])).toBe(0)
  })

  it('publishes anew when somebody else answers too', async () => {
    const { check } = setUp()
    await check(['10.0.0.7', '10.0.0.66'])
    expect(await check(['10.0.0.7', '10.0.0.66'])).toBe(1)
  })

  it('does not count while there is no network', async () => {
    const { check } = setUp()
    for (let n = 0; n < 5; n++) expect(await check(null)).toBe(0)
  })
})
