// The choice of a publisher, and the order and news that all have in common.
import { describe, expect, it } from 'vitest'
import { createLog } from '#appliance/log.ts'
import { makeAdvert } from '#services/api/discovery/advert.ts'
import { type Announcer, type AnnouncerUses, createPublisher } from '#services/api/discovery/publisher.ts'

const names = { id: 'ab12000000000000', host: 'hob-ab12', name: 'Kitchen' }
const advert = makeAdvert({ names, port: 443, version: '0.1.0', claimed: false, caFingerprint: null })

function setUp({ avahi = false, fails = false } = {}) {
  const done: string[] = []
  const given: AnnouncerUses[] = []
  const announcer = (uses: AnnouncerUses): Announcer => {
    given.push(uses)
    return {
      publish: async ({ host, name }) => {
        done.push(`publish ${host}`)
        await new Promise((resolve) => setImmediate(resolve))
        uses.named({ host, name })
        done.push('published')
      },
      follow: () => Promise.resolve(),
      stop: () => (fails ? Promise.reject(new TypeError('no')) : Promise.resolve(void done.push('goodbye'))),
    }
  }
  const publisher = createPublisher({
    log: createLog({ service: 'api', level: 'error', write: () => undefined }),
    ask: () => Promise.resolve(null),
    openAvahi: (uses) => Promise.resolve(avahi ? announcer(uses) : null),
    openCiao: (uses) => Promise.resolve(announcer(uses)),
  })
  const renames: string[] = []
  publisher.onRename(({ host }) => renames.push(host))
  return { publisher, done, given, renames }
}

describe('the publisher', () => {
  it('takes avahi where it answers, ciao where it does not, and is off before and after', async () => {
    const { publisher } = setUp({ avahi: true })
    expect(publisher.via()).toBe('off')
    await publisher.publish(advert)
    expect(publisher.via()).toBe('avahi')
    await publisher.stop()
    expect(publisher.via()).toBe('off')
    const other = setUp().publisher
    await other.publish(advert)
    expect(other.via()).toBe('ciao')
  })

  it('tells of a name only when it is another than the one before', async () => {
    const { publisher, given, renames } = setUp()
    await publisher.publish(advert)
    expect(publisher.effectiveName()).toBe('hob-ab12')
    expect(renames).toEqual([])
    for (let n = 0; n < 2; n++) given[0]?.named({ host: 'hob-ab12-2', name: 'Kitchen' })
    expect(renames).toEqual(['hob-ab12-2'])
    expect(publisher.effectiveName()).toBe('hob-ab12-2')
  })

  it('does one thing after the other, what the network asks for included', async () => {
    const { publisher, done, given } = setUp()
    const first = publisher.publish(advert)
    const second = publisher.publish({ ...advert, host: 'kitchen' })
    await first
    given[0]?.anew()
    await second
    await publisher.follow()
    await publisher.stop()
    expect(done).toEqual([
      'publish hob-ab12',
      'published',
      'publish kitchen',
      'published',
      'publish kitchen',
      'published',
      'goodbye',
    ])
  })

  it('publishes nothing once it was stopped, and stops even when no goodbye can be said', async () => {
    const { publisher, done } = setUp({ fails: true })
    await publisher.publish(advert)
    await publisher.stop()
    await publisher.publish(advert)
    expect(done).toEqual(['publish hob-ab12', 'published'])
  })
})
