// The route that lists boxes, and the timers that keep the box published.
import { describe, expect, it } from 'vitest'
import { createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import { createTimers } from '#appliance/timers/timers.ts'
import { registerDiscovery } from '#services/api/discovery/routes.ts'
import { keepPublished } from '#services/api/discovery/self-check.ts'
import { createManualClock } from '#test/fakes/manual-clock.ts'

const box = {
  id: 'ab12000000000000',
  name: 'Kitchen',
  host: 'hob-ab12.local',
  addresses: { v4: ['10.0.0.7'], v6: [] },
  port: 443,
  version: null,
  claimed: null,
  fingerprint: null,
}
const log = createLog({ service: 'api', level: 'error', write: () => undefined })

describe('GET /hob/v1/discover', () => {
  const asked: number[] = []
  const app = createApp({ log })
  registerDiscovery(app, {
    ownId: box.id,
    browser: {
      browse: (seconds) => {
        asked.push(seconds)
        return Promise.resolve([box, { ...box, id: 'cd34000000000000' }])
      },
      stop: () => Promise.resolve(),
    },
  })

  it('lists the boxes and tells which one is this', async () => {
    const answer = await app.request('/hob/v1/discover')
    expect(await answer.json()).toEqual({
      boxes: [
        { ...box, own: true },
        { ...box, id: 'cd34000000000000', own: false },
      ],
    })
    await app.request('/hob/v1/discover?seconds=7')
    expect(asked).toEqual([3, 7])
  })

  it.each(['0', '11', '1.5', 'x'])('takes no %s seconds', async (seconds) => {
    expect((await app.request(`/hob/v1/discover?seconds=${seconds}`)).status).toBe(400)
  })
})

describe('keeping the box published', () => {
  it('looks for new interfaces every ten seconds and for its own name every minute', async () => {
    const clock = createManualClock()
    const timers = createTimers({ clock, log })
    let followed = 0
    let named = 0
    keepPublished({
      timers,
      log,
      advert: () => ({ host: '', name: '', port: 1, txt: {} }),
      publisher: {
        publish: () => Promise.resolve(),
        // not published yet: there is no name to ask the network for
        effectiveName: () => {
          named++
          return ''
        },
        onRename: () => undefined,
        via: () => 'off',
        follow: () => {
          followed++
          return Promise.resolve()
        },
        stop: () => Promise.resolve(),
      },
    })
    for (let seconds = 0; seconds < 120; seconds++) {
      clock.advance(1_000)
      // what a timer began ends in the next turn
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect({ followed, named }).toEqual({ followed: 12, named: 2 })
    await timers.stop()
  })
})
