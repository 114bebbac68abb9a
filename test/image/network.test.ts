// The whole walk of a change of the network, over HTTPS from another machine: one that cuts its author off undoes itself within the
// minute, one that is confirmed stays, and certificate, name and record follow.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { auditPageSchema } from '#appliance/contracts/audit.ts'
import { hostNetworkSchema, pendingChangeSchema } from '#appliance/contracts/host-network.ts'
import { servedCertificateSchema } from '#appliance/contracts/network.ts'
import { claimForOwner, ownerAccount } from '#benchmarks/owner.ts'
import { lanUnavailable, type Machine } from '../system/lan.ts'
import { type NetworkBox, networkBox } from './network-box.ts'
import type { Booted } from './nspawn.ts'
import { treeUnavailable } from './tree.ts'

const missing = lanUnavailable() ?? treeUnavailable()
const patienceMs = 300_000
const system = '/hob/v1/system'
const errorSchema = z.object({ error: z.object({ code: z.string() }) })

interface Answer {
  readonly status: number
  readonly head: string
  readonly body: unknown
}

describe.skipIf(missing !== null)(`the network${missing === null ? '' : ` (${missing})`}`, () => {
  let made: NetworkBox
  let phone: Machine
  let box: Booted
  let cookie: string

  /** As a page of the box at this address asks. */
  const ask = (at: string, method: string, path: string, body?: object): Answer => {
    const how = ['--silent', '--show-error', '--insecure', '--include', '--http1.1', '--max-time', '15']
    const who = ['--request', method, '--header', `origin: https://${at}`, '--header', `cookie: ${cookie}`]
    const json = body === undefined ? [] : ['--json', JSON.stringify(body)]
    const said = phone.run('curl', ...how, ...who, ...json, `https://${at}${path}`)
    const [head = '', text = ''] = said.split('\r\n\r\n', 2)
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1])
    return { status, head, body: text === '' ? null : JSON.parse(text) }
  }
  const answers = (at: string): boolean => {
    try {
      phone.run('curl', '--silent', '--insecure', '--max-time', '1', `https://${at}/healthz`)
      return true
    } catch {
      return false
    }
  }
  const network = (at: string) => hostNetworkSchema.parse(ask(at, 'GET', `${system}/network`).body)
  const record = (at: string) =>
    auditPageSchema.parse(ask(at, 'GET', '/hob/v1/audit?action=network.*').body).entries
  const change = (at: string, body: object) => {
    const answer = ask(at, 'PUT', `${system}/network/eth0`, body)
    expect(answer).toMatchObject({ status: 202 })
    return pendingChangeSchema.parse(answer.body)
  }

  beforeAll(async () => {
    made = networkBox({ withHob: true })
    phone = made.phone
    box = await made.boot()
    await claimForOwner(box.seen('/run/hob'))
    cookie = ''
    const { head } = ask('10.77.0.2', 'POST', '/hob/v1/session', ownerAccount)
    cookie = /set-cookie: ([^;]+)/i.exec(head)?.[1] ?? ''
  }, patienceMs)
  afterAll(async () => {
    await box.powerOff()
    made.remove()
  }, patienceMs)

  test('the owner sees how the box is connected', () => {
    expect(network('10.77.0.2')).toMatchObject({
      interfaces: [
        { device: 'eth0', kind: 'ethernet', state: 'connected', method: 'static', gateway: '10.77.0.1' },
      ],
      pending: null,
    })
    expect(ask('10.77.0.2', 'GET', `${system}/wifi`)).toMatchObject({ status: 200, body: { networks: [] } })
  })

  test('what cannot work is refused, in words, and recorded', () => {
    const wrong = { method: 'static', address: '10.77.0.9/24', gateway: '10.88.0.1' }
    const { status, body } = ask('10.77.0.2', 'PUT', `${system}/network/eth0`, wrong)
    expect(status).toBe(400)
    expect(errorSchema.parse(body).error.code).toBe('network_invalid')
    expect(record('10.77.0.2')).toMatchObject([
      { action: 'network.changed', outcome: 'refused', code: 'network_invalid', target: 'eth0' },
    ])
  })

  test(
    'an address that cuts its author off is undone, and the old one answers within 65 s',
    async () => {
      const began = performance.now()
      const pending = change('10.77.0.2', { method: 'static', address: '10.88.0.2/24', gateway: '10.88.0.1' })
      await expect.poll(() => answers('10.77.0.2'), { timeout: 10_000 }).toBe(false)
      await expect.poll(() => answers('10.77.0.2'), { timeout: 90_000, interval: 250 }).toBe(true)
      const seconds = (performance.now() - began) / 1_000
      process.stderr.write(`cut off for good: the old address answered again after ${seconds.toFixed(1)} s\n`)
      expect(seconds).toBeGreaterThan(50)
      expect(seconds).toBeLessThanOrEqual(65)
      expect(network('10.77.0.2').pending).toBeNull()
      expect(ask('10.77.0.2', 'POST', `${system}/network/changes/${pending.id}/confirm`).status).toBe(404)
      const newest = () => record('10.77.0.2')[0]
      await expect
        .poll(newest, { timeout: 10_000 })
        .toMatchObject({ action: 'network.undone', who: { by: 'service' }, target: 'eth0' })
    },
    patienceMs,
  )

  test(
    'a confirmed one stays, also when NetworkManager starts again; certificate and name follow',
    async () => {
      const pending = change('10.77.0.2', { method: 'static', address: '10.77.0.9/24', gateway: '10.77.0.1' })
      await expect.poll(() => answers('10.77.0.9'), { timeout: 20_000 }).toBe(true)
      expect(network('10.77.0.9').pending).toMatchObject({ id: pending.id, device: 'eth0' })
      expect(ask('10.77.0.9', 'PUT', `${system}/network/eth0`, { method: 'automatic' }).status).toBe(409)
      expect(ask('10.77.0.9', 'POST', `${system}/network/changes/${pending.id}/confirm`).status).toBe(204)
      box.run('systemctl', 'restart', 'NetworkManager')
      await expect.poll(() => answers('10.77.0.9'), { timeout: 20_000 }).toBe(true)
      expect(network('10.77.0.9')).toMatchObject({
        interfaces: [{ addresses: expect.arrayContaining(['10.77.0.9/24']) as string[] }],
        pending: null,
      })
      expect(answers('10.77.0.2')).toBe(false)

      const named = () =>
        servedCertificateSchema.parse(ask('10.77.0.9', 'GET', '/hob/v1/certificate').body).addresses
      await expect.poll(named, { timeout: 30_000 }).toContain('10.77.0.9')
      const { host } = z.object({ host: z.string() }).parse(ask('10.77.0.9', 'GET', '/hob/v1/name').body)
      await expect
        .poll(() => box.try('avahi-resolve', '-4n', host), { timeout: 30_000 })
        .toContain('10.77.0.9')
      expect(record('10.77.0.9').slice(0, 3)).toMatchObject([
        { action: 'network.confirmed', outcome: 'done', target: 'eth0', who: { name: ownerAccount.name } },
        { action: 'network.changed', outcome: 'refused', code: 'change_pending' },
        { action: 'network.changed', outcome: 'done', target: 'eth0', details: { address: '10.77.0.9/24' } },
      ])
    },
    patienceMs,
  )

  test(
    'a trial that outlives the steward and the api ends all the same, and stands in the record',
    async () => {
      change('10.77.0.9', { method: 'static', address: '10.88.0.2/24', gateway: '10.88.0.1' })
      await expect.poll(() => answers('10.77.0.9'), { timeout: 10_000 }).toBe(false)
      for (const unit of ['hob-steward', 'hob-api']) box.try('systemctl', 'kill', '--signal=KILL', unit)
      await expect.poll(() => answers('10.77.0.9'), { timeout: 90_000, interval: 250 }).toBe(true)
      await expect
        .poll(() => record('10.77.0.9')[0], { timeout: 20_000 })
        .toMatchObject({ action: 'network.undone', who: { by: 'service' }, target: 'eth0' })
    },
    patienceMs,
  )
})
