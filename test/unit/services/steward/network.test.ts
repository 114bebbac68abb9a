// The steward's verbs about the network: what may cut off whoever asked comes after the answer.
import { expect, test } from 'vitest'
import {
  type HostNetwork,
  hostNetworkSchema,
  pendingChangeSchema,
} from '#appliance/contracts/host-network.ts'
import { createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import { registerNetwork } from '#services/steward/network.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'
import { createFakeNetworkManager } from '#test/fakes/network-manager.ts'

const elsewhere = { method: 'static', address: '10.88.0.2/24', gateway: null }

function open() {
  const clock = createManualClock()
  const logged: string[] = []
  const log = createLog({ service: 'steward', level: 'info', write: (line) => logged.push(line) })
  const app = createApp({ log })
  const first = { method: 'static' as const, address: '10.77.0.2/24', gateway: null, dns: [] }
  const cable = { device: 'eth0', kind: 'ethernet' as const, mac: '02:00:00:00:00:01', addressing: first }
  const radio = {
    ...cable,
    device: 'wlan0',
    kind: 'wifi' as const,
    addressing: { method: 'automatic' as const },
  }
  const air = [{ ssid: 'home & hearth', password: 'correct horse', signalPercent: 60 }]
  const network = createFakeNetworkManager({ clock, interfaces: [cable, radio], air })
  registerNetwork(app, { network, clock, log })
  const ask = async (method: string, path: string, body?: object): Promise<Response> =>
    await app.request(path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  const read = async (): Promise<HostNetwork> =>
    hostNetworkSchema.parse(await (await ask('GET', '/network')).json())
  const address = async () => (await read()).interfaces[0]?.addresses[0]
  const change = async () => {
    const answer = await ask('PUT', '/network/eth0', elsewhere)
    expect(answer.status).toBe(202)
    return pendingChangeSchema.parse(await answer.json())
  }
  return { clock, logged, ask, read, address, change }
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a change is answered first, then made', async () => {
  const { clock, address, change, read } = open()
  const pending = await change()
  expect(await address()).toBe('10.77.0.2/24')
  expect((await read()).pending).toEqual(pending)
  clock.advance(500)
  await settled()
  expect(await address()).toBe('10.88.0.2/24')
})

test('undoing it is answered first, too', async () => {
  const { clock, ask, address, change } = open()
  const { id } = await change()
  clock.advance(500)
  await settled()
  expect((await ask('POST', `/network/changes/${id}/revert`)).status).toBe(204)
  expect(await address()).toBe('10.88.0.2/24')
  clock.advance(500)
  await settled()
  expect(await address()).toBe('10.77.0.2/24')
  expect((await ask('POST', `/network/changes/${id}/revert`)).status).toBe(404)
})

test('a confirmed one stays', async () => {
  const { clock, ask, address, change } = open()
  const { id } = await change()
  clock.advance(500)
  await settled()
  expect((await ask('POST', `/network/changes/${id}/confirm`)).status).toBe(204)
  clock.advance(120_000)
  expect(await address()).toBe('10.88.0.2/24')
})

test.each<[string, object]>([
  ['/network/eth0', { method: 'dhcp' }],
  ['/network/eth0', { ...elsewhere, mtu: 9_000 }],
  ['/network/eth0', { method: 'automatic', address: '10.0.0.1/8' }],
  ['/network/..%2Feth0', { method: 'automatic' }],
  ['/network/--help', { method: 'automatic' }],
  ['/network/eth0', { ...elsewhere, address: 'x'.repeat(65) }],
  ['/wifi', { ssid: 'home', password: 'x'.repeat(257) }],
  ['/wifi', { ssid: 'home' }],
])('%s with %j is refused', async (path, body) => {
  const { ask, logged } = open()
  const { status } = await ask('PUT', path, body)
  expect(status).toBe(400)
  expect(logged.join('')).not.toContain('the network changes')
})

test('a Wi-Fi network is joined and forgotten, and its password is in no log', async () => {
  const { ask, read, logged } = open()
  const ssid = 'home & hearth'
  const wrong = await ask('PUT', '/wifi', { ssid, password: 'wrong horse' })
  expect([wrong.status, await wrong.text()]).toEqual([409, expect.not.stringContaining('wrong horse')])
  expect((await ask('PUT', '/wifi', { ssid, password: 'correct horse' })).status).toBe(204)
  expect((await read()).interfaces[1]?.wifi).toEqual({ ssid, signalPercent: 60 })
  expect(await (await ask('GET', '/wifi')).json()).toMatchObject({ networks: [{ ssid, known: true }] })
  expect((await ask('DELETE', `/wifi/${encodeURIComponent(ssid)}`)).status).toBe(204)
  expect((await read()).interfaces[1]?.wifi).toBeNull()
  expect(logged.join('')).not.toMatch(/horse/)
})
