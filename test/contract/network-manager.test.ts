// The fake NetworkManager in the suite that the real one passes, with a radio and without one.
import { describe } from 'vitest'
import { createManualClock } from '../fakes/manual-clock.ts'
import { createFakeNetworkManager, type FakeInterface } from '../fakes/network-manager.ts'
import { networkManagerSuite } from './network-managers.ts'

const first = { method: 'static', address: '10.77.0.2/24', gateway: '10.77.0.1', dns: ['10.77.0.1'] } as const
const cable: FakeInterface = {
  device: 'eth0',
  kind: 'ethernet',
  mac: '02:00:00:00:00:01',
  addressing: { ...first, dns: [...first.dns] },
}
const radio: FakeInterface = {
  device: 'wlan0',
  kind: 'wifi',
  mac: '02:00:00:00:00:02',
  addressing: { method: 'automatic' },
  automatic: { address: '192.168.4.7/24', gateway: '192.168.4.1', dns: [] },
}
const air = { ssid: 'Küche', password: 'hearthside 1' }

describe.each([
  { name: 'with a cable alone', interfaces: [cable], air: null },
  { name: 'with a radio', interfaces: [cable, radio], air },
])('a fake NetworkManager $name', ({ interfaces, air: inAir }) => {
  networkManagerSuite(() => {
    const clock = createManualClock()
    const seen = inAir === null ? [] : [{ ...inAir, signalPercent: 71 }]
    const network = createFakeNetworkManager({ clock, interfaces, air: seen })
    const pass = (): Promise<void> => Promise.resolve(clock.advance(60_000))
    return Promise.resolve({
      network,
      device: 'eth0',
      first: { ...first, dns: [...first.dns] },
      air: inAir,
      restart: () => Promise.resolve(network.restart()),
      passTrial: pass,
    })
  })
})
