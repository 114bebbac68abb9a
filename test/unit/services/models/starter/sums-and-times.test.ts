// What people say about sums and times, and what the tools are told: checked by other means than those that made it.
import { expect, it } from 'vitest'
import { makeDelay } from '#services/models/starter/training/delays.ts'
import { createDice } from '#services/models/starter/training/dice.ts'
import { makeSum } from '#services/models/starter/training/sums.ts'
import { makeRepeat } from '#services/models/starter/training/times.ts'

const seed = 20_261_127

it('means sums that can be worked out', () => {
  const dice = createDice(seed)
  for (let made = 0; made < 2_000; made++) {
    const { meant, said } = makeSum(dice.chance(0.5) ? 'en' : 'zh', dice)
    expect(meant).toMatch(/^[\d+\-*/^().sqrt]+$/)
    // Every number of the sum stands in what was said, in digits or in words.
    const digits = (meant.match(/\d{3,}/g) ?? []).filter((number) => number !== '100')
    for (const number of digits) expect(said).toContain(number)
  }
})

it.each([
  ['en', /^every day at 7:05$/, '5 7 * * *'],
  ['en', /^every day at 9 (pm|p\.m\.|PM)$/, '0 21 * * *'],
  ['en', /^every day at 12 (am|a\.m\.)$/, '0 0 * * *'],
  ['en', /^every Monday at 8$/i, '0 8 * * 1'],
  ['en', /^on weekdays at noon$/, '0 12 * * 1-5'],
  ['zh', /^每天早上9点$/, '0 9 * * *'],
  ['zh', /^每天下午3点半$/, '30 15 * * *'],
  ['zh', /^每周日晚上8点$/, '0 20 * * 0'],
] as const)('%s: %s is %s', (language, said, cron) => {
  const dice = createDice(seed)
  for (let made = 0; made < 400_000; made++) {
    const time = makeRepeat(language, dice)
    if (!said.test(time.said)) continue
    expect(time.meant).toBe(cron)
    return
  }
  expect.unreachable('never said')
})

it('means delays of ISO 8601, and no number that was not said', () => {
  const dice = createDice(seed)
  for (let made = 0; made < 2_000; made++) {
    const { said, meant } = makeDelay('en', dice)
    expect(meant).toMatch(/^P(T\d+[HM]|\d+D)$/)
    const number = /\d+/.exec(said)?.[0]
    if (number !== undefined && !said.includes('week')) expect(meant).toContain(number)
  }
})
