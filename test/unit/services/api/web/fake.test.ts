// Keeps the fake box of the page's tests true to the contracts.
import { describe, expect, it } from 'vitest'
import { conversationSchema, statusSchema, turnSchema } from '#appliance/contracts/box.ts'
import { hardwareSchema } from '#appliance/contracts/hardware.ts'
import { choiceSchema, installedModelSchema } from '#appliance/contracts/models.ts'
import { choiceOf, conversations, hardware, installedOf, statusOf } from '#test/fakes/box-data.ts'

describe('the fake box', () => {
  it('answers what the contracts promise', () => {
    for (const scenario of ['real', 'starter', 'none', 'loading', 'failed'] as const) {
      statusSchema.parse(statusOf(scenario))
      choiceSchema.parse(choiceOf(scenario))
      installedModelSchema.array().parse(installedOf(scenario).models)
    }
    hardwareSchema.parse(hardware)
    for (const { conversation, turns } of conversations()) {
      conversationSchema.parse(conversation)
      expect(turnSchema.array().parse(turns)).toHaveLength(conversation.turns)
    }
  })
})
