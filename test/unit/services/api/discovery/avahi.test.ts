// avahi's publisher against a daemon that is played: conflicts, a daemon that comes back, a policy that refuses.
import { describe, expect, it } from 'vitest'
import { createLog } from '#appliance/log.ts'
import { makeAdvert } from '#services/api/discovery/advert.ts'
import { connectAvahi } from '#services/api/discovery/avahi.ts'
import type { AvahiBus, Signal } from '#services/api/discovery/avahi-bus.ts'

const names = { id: 'ab12000000000000', host: 'hob-ab12', name: 'Kitchen' }
const facts = { names, port: 443, version: '0.1.0', claimed: false, caFingerprint: null }
const advert = makeAdvert(facts)

const refused = (name: string): Error =>
  Object.assign(new TypeError(name), { type: `org.freedesktop.Avahi.${name}` })

interface Play {
  /** Host names and instance names that other machines have. */
  taken?: readonly string[]
  refusesHost?: boolean
  /** What the network says to whoever asks for a host. */
  rivals?: readonly string[]
}

async function setUp({ taken = [], refusesHost = false, rivals = [] }: Play = {}) {
  const signals = new Set<(signal: Signal) => void>()
  const daemons = new Set<(present: boolean) => void>()
  const calls: string[] = []
  let host = 'debian'
  let groups = 0
  const states = new Map<string, number>()
  const tell = (path: string, state: number): void => {
    for (const listener of signals) listener({ path, member: 'StateChanged', body: [state, ''] })
  }
  const answer = (path: string, member: string, body: readonly unknown[]): readonly unknown[] => {
    switch (member) {
      case 'GetHostName':
        return [host]
      case 'GetState':
        return [path === '/' ? 2 : (states.get(path) ?? 0)]
      case 'SetHostName': {
        if (refusesHost) throw refused('AccessDenied')
        const wished = String(body[0])
        host = taken.includes(wished) ? `${wished}-2` : wished
        return []
      }
      case 'EntryGroupNew':
        return [`/group/${++groups}`]
      case 'AddService': {
        const name = String(body[3])
        if (name === 'Clash') throw refused('CollisionError')
        if (taken.includes(name)) states.set(path, 3)
        return []
      }
      case 'Commit': {
        const state = states.get(path) ?? 2
        states.set(path, 1)
        // as the daemon does: after the call, and some time later
        setImmediate(() => {
          states.set(path, state)
          tell(path, state)
        })
        return []
      }
      case 'GetAlternativeServiceName':
        return [`${String(body[0])} #2`]
      default:
        return []
    }
  }
  const bus: AvahiBus = {
    call: async (on, member, _, body = []) => {
      if (!member.startsWith('Get'))
        calls.push([member, ...body.filter((part) => typeof part === 'string' && part !== '')].join(' '))
      return await Promise.resolve(answer(on === 'server' ? '/' : on.group, member, body))
    },
    onSignal: (listener) => {
      signals.add(listener)
      return () => signals.delete(listener)
    },
    onDaemon: (listener) => void daemons.add(listener),
    isClosed: () => false,
    close: () => calls.push('close'),
  }
  const named: string[] = []
  let anew = 0
  const told = Promise.withResolvers<void>()
  const announcer = await connectAvahi(
    {
      log: createLog({ service: 'api', level: 'error', write: () => undefined }),
      named: (name) => named.push(`${name.host} ${name.name}`),
      anew: () => {
        anew++
        told.resolve()
      },
      ask: () => Promise.resolve([...rivals]),
    },
    () => Promise.resolve(bus),
  )
  if (announcer === null) throw new TypeError('there is a bus')
  return {
    announcer,
    calls,
    named,
    tell,
    told: told.promise,
    anew: () => anew,
    daemon: (present: boolean) => {
      for (const listener of daemons) listener(present)
    },
    renameHost: (name: string) => {
      host = name
      tell('/', 2)
    },
  }
}

describe('publishing through avahi', () => {
  it('is not possible without its daemon', async () => {
    const { log, named, anew, ask } = {
      log: createLog({ service: 'api', level: 'error' }),
      named: () => undefined,
      anew: () => undefined,
      ask: () => Promise.resolve(null),
    }
    expect(await connectAvahi({ log, named, anew, ask }, () => Promise.resolve(null))).toBeNull()
  })

  it('sets the host name and adds both services', async () => {
    const { announcer, calls, named } = await setUp()
    await announcer.publish(advert)
    expect(named).toEqual(['hob-ab12 Kitchen'])
    expect(calls).toEqual([
      'SetHostName hob-ab12',
      'EntryGroupNew',
      'AddService Kitchen _hob._tcp',
      'AddService Kitchen _https._tcp',
      'Commit',
    ])
  })

  it('updates the TXT records in place, and publishes the same advert anew', async () => {
    const { announcer, calls } = await setUp()
    await announcer.publish(advert)
    calls.length = 0
    const claimed = makeAdvert({ ...facts, claimed: true })
    await announcer.publish(claimed)
    expect(calls).toEqual(['UpdateServiceTxt Kitchen _hob._tcp', 'UpdateServiceTxt Kitchen _https._tcp'])
    calls.length = 0
    await announcer.publish(makeAdvert({ ...facts, claimed: true }))
    expect(calls.slice(0, 2)).toEqual(['Free', 'EntryGroupNew'])
  })

  it('takes the daemon’s next name for an instance that is taken, whether it is told at once or later', async () => {
    const later = await setUp({ taken: ['Kitchen'] })
    await later.announcer.publish(advert)
    expect(later.named).toEqual(['hob-ab12 Kitchen #2'])
    const atOnce = await setUp()
    await atOnce.announcer.publish({ ...advert, name: 'Clash' })
    expect(atOnce.named).toEqual(['hob-ab12 Clash #2'])
  })

  it('takes the host name that the daemon found when ours is taken, and does not ask for it again', async () => {
    const { announcer, calls, named } = await setUp({ taken: ['hob-ab12'] })
    await announcer.publish(advert)
    await announcer.publish(makeAdvert(facts))
    expect(named).toEqual(['hob-ab12-2 Kitchen', 'hob-ab12-2 Kitchen'])
    expect(calls.filter((call) => call.startsWith('SetHostName'))).toHaveLength(1)
  })

  it('uses the daemon’s own name where the bus does not let it set one', async () => {
    const { announcer, named } = await setUp({ refusesHost: true })
    await announcer.publish(advert)
    expect(named).toEqual(['debian Kitchen'])
  })

  it('asks to publish anew when the daemon renames the host, when a name collides later, and when it comes back', async () => {
    const { announcer, calls, named, anew, told, tell, daemon, renameHost } = await setUp({
      rivals: ['10.0.0.9'],
    })
    await announcer.publish(advert)
    tell('/group/1', 3)
    expect(anew()).toBe(1)
    daemon(false)
    expect(anew()).toBe(1)
    daemon(true)
    expect(anew()).toBe(2)
    await announcer.publish(advert)
    expect(calls).not.toContain('Free')
    renameHost('hob-ab12-2')
    await told
    await new Promise((resolve) => setImmediate(resolve))
    expect(anew()).toBe(3)
    await announcer.publish(advert)
    expect(named.at(-1)).toBe('hob-ab12-2 Kitchen')
  })

  it('asks for its host name again when nobody answers for the one that the daemon gave up', async () => {
    const { announcer, calls, named, told, renameHost } = await setUp()
    await announcer.publish(advert)
    calls.length = 0
    renameHost('hob-ab12-2')
    await told
    await announcer.publish(advert)
    expect(calls).toContain('SetHostName hob-ab12')
    expect(named).toEqual(['hob-ab12 Kitchen', 'hob-ab12 Kitchen'])
  })

  it('asks for it also when the collision of a service had it publish anew first, and the name was a second one', async () => {
    const { announcer, named, tell, renameHost } = await setUp({ taken: ['hob-ab12'] })
    await announcer.publish(advert)
    tell('/group/1', 3)
    const turn = announcer.publish(advert)
    renameHost('hob-ab12-3')
    await turn
    expect(named).toEqual(['hob-ab12-2 Kitchen', 'hob-ab12-2 Kitchen'])
  })

  it('frees the group when it stops: that is avahi’s goodbye', async () => {
    const { announcer, calls } = await setUp()
    await announcer.publish(advert)
    await announcer.stop()
    expect(calls.slice(-2)).toEqual(['Free', 'close'])
  })
})
