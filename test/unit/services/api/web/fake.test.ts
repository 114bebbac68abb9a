// Keeps the fake box of the page's tests true to the contracts.
import { describe, expect, it } from 'vitest'
import { conversationSchema, statusSchema, turnSchema } from '#appliance/contracts/box.ts'
import { hardwareSchema } from '#appliance/contracts/hardware.ts'
import {
  hostNetworkSchema,
  pendingChangeSchema,
  wifiNetworkSchema,
} from '#appliance/contracts/host-network.ts'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { choiceSchema, installedModelSchema } from '#appliance/contracts/models.ts'
import { boxNamesSchema, servedCertificateSchema } from '#appliance/contracts/network.ts'
import {
  disksSchema,
  encryptionSchema,
  leavingSchema,
  logPageSchema,
  recoveryKeySchema,
  systemSchema,
  timeZonesSchema,
} from '#appliance/contracts/system.ts'
import { choiceOf, conversations, hardware, installedOf, statusOf } from '#test/fakes/box-data.ts'
import { createFakeDoor } from '#test/fakes/door.ts'
import { createFakePlace } from '#test/fakes/place.ts'
import { createFakeSystem } from '#test/fakes/system.ts'

describe('the fake box', () => {
  it('answers what the contracts promise', () => {
    for (const scenario of ['real', 'starter', 'none', 'loading', 'failed'] as const) {
      statusSchema.parse(statusOf(scenario))
      choiceSchema.parse(choiceOf(scenario))
      installedModelSchema.array().parse(installedOf(scenario).models)
    }
    hardwareSchema.parse(hardware)
    const place = createFakePlace(() => undefined)
    const pair = { key: 'k', chain: '-----BEGIN CERTIFICATE-----' }
    boxNamesSchema.parse(place.answer('GET name', null))
    boxNamesSchema.parse(place.answer('PATCH name', { name: 'Kitchen', label: 'kitchen' }))
    servedCertificateSchema.parse(place.answer('GET certificate', null))
    servedCertificateSchema.parse(place.answer('PUT certificate', pair))
    for (const { conversation, turns } of conversations()) {
      conversationSchema.parse(conversation)
      expect(turnSchema.array().parse(turns)).toHaveLength(conversation.turns)
    }
  })

  it('has a machine as the contracts say', () => {
    const machine = createFakeSystem()
    const ask = (what: string, parameters: readonly string[] = [], body: unknown = null, query = '') =>
      machine.answer(what, parameters, body, new URLSearchParams(query))
    systemSchema.parse(ask('GET '))
    disksSchema.parse(ask('GET disks'))
    encryptionSchema.parse(ask('GET encryption'))
    recoveryKeySchema.parse(ask('POST recovery-key'))
    expect(ask('GET encryption')).toMatchObject({ recoveryKey: true })
    timeZonesSchema.parse(ask('GET time-zones'))
    leavingSchema.parse(ask('POST reboot'))
    leavingSchema.parse(ask('POST power-off'))
    const page = logPageSchema.parse(ask('GET logs', [], null, 'limit=200&level=info'))
    expect(page.entries).toHaveLength(200)
    logPageSchema.parse(ask('GET logs', [], null, `limit=200&level=info&before=${page.before}`))
    pendingChangeSchema.parse(ask('PUT network', ['enp1s0'], { method: 'automatic' }))
    hostNetworkSchema.parse(ask('GET network'))
    expect(ask('PUT wifi', [], { ssid: 'Attic', password: 'the owl sleeps' })).toBe(null)
    hostNetworkSchema.parse(ask('GET network'))
    for (const one of machine.networks) wifiNetworkSchema.parse(one)
  })

  it('keeps its door as the contract says', () => {
    const door = createFakeDoor()
    const routes = {
      'GET door': identityRoutes.door,
      'GET people': identityRoutes.people,
      'GET sessions': identityRoutes.sessions,
      'GET tokens': identityRoutes.tokens,
      'GET invitations': identityRoutes.invitations,
      'GET passkeys': identityRoutes.passkeys,
      'POST invitations': identityRoutes.invite,
      'POST tokens': identityRoutes.makeToken,
      'POST people/reset': identityRoutes.resetPerson,
      'POST recovery-codes': identityRoutes.makeRecovery,
      'POST passkeys/options': identityRoutes.passkeyOptions,
    }
    const body = { role: 'guest', name: 'Script', scopes: ['chat'] }
    for (const [what, { responses }] of Object.entries(routes)) {
      const answer = door.answer(what, '', body, new URLSearchParams())
      const schema = Object.entries(responses).find(([status]) => status === String(answer?.status))?.[1]
      expect(schema, what).toBeDefined()
      if (schema !== undefined && 'content' in schema)
        expect(schema.content['application/json'].schema.safeParse(answer?.body).error, what).toBeUndefined()
    }
    door.claimed = false
    const claim = { code: '4F7KQ-ZX90A', name: 'Anna', password: 'three small owls' }
    const { body: welcomed } = door.answer('POST claim', '', claim, new URLSearchParams()) ?? {}
    expect(
      identityRoutes.claim.responses[201].content['application/json'].schema.parse(welcomed),
    ).toBeTruthy()
  })
})
