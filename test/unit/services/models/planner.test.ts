// The planner: what the choice means for one model.
import { describe, expect, test } from 'vitest'
import type { Candidate, Choice } from '#appliance/contracts/models.ts'
import { createPlanner } from '#services/models/planner.ts'
import { makeModel, makePlan } from '#test/fakes/models-parts.ts'

const given = { failures: [], reclaimableBytes: 0 }
const candidate = (verdict: Candidate['verdict'], installed = true, context = 8_192): Candidate => ({
  plan: makePlan('big', { contextTokens: context }),
  installed,
  verdict,
  words: `because ${verdict.code}`,
})
const plannerOf = (candidates: Candidate[]) => {
  const asked: string[][] = []
  const choice: Choice = { chosen: null, candidates, recommended: null, words: [] }
  const planner = createPlanner({
    installed: () => [makeModel('big'), makeModel('small')],
    choose: async ({ models, kind }) => {
      asked.push([kind, ...models.map(({ id }) => id)])
      return choice
    },
  })
  return { planner, asked }
}

describe('planner', () => {
  test('whoever names a model gets it, slow or plain as it may be, as long as it fits', async () => {
    const { planner } = plannerOf([
      candidate({ code: 'needs_more_memory', needBytes: 2, haveBytes: 1 }, true, 16_384),
      candidate({ code: 'too_slow', tokensPerSecond: 1, floor: 8 }, true, 8_192),
      candidate({ code: 'failed_before', detail: 'no memory' }, true, 4_096),
      candidate({ code: 'not_installed' }, false, 2_048),
      candidate({ code: 'starter_only' }, true, 1_024),
    ])
    const { plans } = await planner.plansFor(makeModel('big'), given)
    expect(plans.map(({ contextTokens }) => contextTokens)).toEqual([8_192, 1_024])
  })

  test('the reason is that of its best plan', async () => {
    const { planner } = plannerOf([candidate({ code: 'needs_more_memory', needBytes: 2, haveBytes: 1 })])
    expect(await planner.plansFor(makeModel('big'), given)).toEqual({
      plans: [],
      reason: 'because needs_more_memory',
    })
  })

  test('one model is looked at alone and for its own purpose, all of them for chat', async () => {
    const { planner, asked } = plannerOf([])
    await planner.plansFor(makeModel('vectors', { kind: 'embedding' }), given)
    await planner.choice(given)
    expect(asked).toEqual([
      ['embedding', 'vectors'],
      ['chat', 'big', 'small'],
    ])
  })
})
