// What the page works out at the door without a browser: what a role may do, whose drafts are kept, one more try after
// a confirmation, the code in the address, and a sentence for each thing that is recorded.
import { describe, expect, it } from 'vitest'
import { mayDo, rights, scopes } from '#appliance/contracts/access.ts'
import type { Door, Person } from '#appliance/contracts/identity.ts'
import { roles } from '#appliance/contracts/principal.ts'
import { ProblemError } from '#services/api/web/app/problem.ts'
import { createRequests } from '#services/api/web/app/request.ts'
import { bare, takeCode } from '#services/api/web/door/code.ts'
import { createDoor } from '#services/api/web/door/door.ts'
import { pairs } from '#services/api/web/door/fingerprint.ts'
import { may, scopeNames } from '#services/api/web/door/may.ts'
import { isAddress } from '#services/api/web/door/passkeys-possible.ts'
import { createTranslation } from '#services/api/web/i18n/index.ts'
import { namesIn, sentenceOf } from '#services/api/web/people/audit.ts'
import { drawQr } from '#services/api/web/people/qr.ts'
import { auditEntries, fakePeople } from '#test/fakes/door-data.ts'

describe('what a role may do', () => {
  it('is what the contract says, of each right and each scope', () => {
    for (const right of Object.keys(rights) as (keyof typeof rights)[])
      for (const role of roles)
        expect(may(role, right), `${role} ${right}`).toBe(mayDo({ role, scopes: ['*'] }, right))
    expect([...scopeNames].sort()).toEqual([...scopes].sort())
  })
})

describe('the door', () => {
  const [anna, ben] = fakePeople()
  const answerOf = (person: Person | null): Door => ({
    claimed: true,
    claim: null,
    name: 'Box',
    host: 'hob-1a2b.local',
    fingerprint: null,
    plainPort: null,
    person,
    freshUntil: null,
  })
  const bench = () => {
    const kept = new Map([['hob.draft.new', 'half a thought']])
    const happened: string[] = []
    let person: Person | null = null
    const door = createDoor({
      api: { door: async () => answerOf(person), signOut: async () => void happened.push('sign out') },
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
        clear: () => kept.clear(),
      },
      onIn: () => happened.push('in'),
      onOut: () => happened.push('out'),
      startOver: () => happened.push('start over'),
    })
    const as = async (next: Person | null | undefined): Promise<void> => {
      person = next ?? null
      await door.ask()
    }
    return { door, as, kept, happened }
  }

  it('tells once when somebody comes in, goes out, or is somebody else by role', async () => {
    const { as, happened } = bench()
    await as(null)
    await as(anna)
    await as(anna)
    await as(anna === undefined ? null : { ...anna, role: 'child' })
    await as(null)
    expect(happened).toEqual(['in', 'in', 'out'])
  })

  it('keeps drafts for the one who wrote them, and begins anew for another', async () => {
    const { as, kept, happened } = bench()
    await as(anna)
    await as(null)
    await as(anna)
    expect(kept.get('hob.draft.new')).toBe('half a thought')
    await as(null)
    await as(ben)
    expect(kept.get('hob.draft.new')).toBeUndefined()
    expect(happened).toEqual(['in', 'out', 'in', 'out', 'start over'])
  })

  it('never answers with what was true before the call', async () => {
    const { door, as } = bench()
    const first = door.ask()
    await Promise.all([first, as(anna)])
    expect(door.state.get().door?.person?.id).toBe('p-anna')
  })
})

describe('a request', () => {
  const bench = (answers: readonly [number, string][], confirmed = true) => {
    const left = [...answers]
    const asked: string[] = []
    let refused = 0
    const requests = createRequests({
      fetch: async (input) => {
        asked.push(input instanceof Request ? input.url : input.toString())
        const [status, code] = left.shift() ?? [200, '']
        const headers = { 'retry-after': '7' }
        return Response.json(code === '' ? { fine: true } : { error: { code } }, { status, headers })
      },
      confirm: async () => confirmed,
      refused: () => {
        refused += 1
      },
    })
    return { requests, asked, refused: () => refused }
  }

  it('is repeated once after the person confirmed', async () => {
    const { requests, asked } = bench([[403, 'confirm_required']])
    expect(await requests.post('/password')).toEqual({ fine: true })
    expect(asked).toHaveLength(2)
    const twice = bench([
      [403, 'confirm_required'],
      [403, 'confirm_required'],
    ])
    await expect(twice.requests.post('/password')).rejects.toThrow(ProblemError)
    expect(twice.asked).toHaveLength(2)
  })

  it('is given up quietly when the person would rather not', async () => {
    const { requests, asked } = bench([[403, 'confirm_required']], false)
    await expect(requests.post('/password')).rejects.toMatchObject({ name: 'AbortError' })
    expect(asked).toHaveLength(1)
  })

  it('tells the door when it is turned away there, and how long to wait', async () => {
    const { requests, refused } = bench([
      [401, 'sign_in_required'],
      [401, 'sign_in_required'],
      [429, 'too_many_tries'],
    ])
    await expect(requests.get('/status')).rejects.toThrow(ProblemError)
    expect(refused()).toBe(1)
    await expect(requests.get('/door')).rejects.toThrow(ProblemError)
    expect(refused()).toBe(1)
    await expect(requests.get('/status')).rejects.toMatchObject({ problem: { waitSeconds: 7 } })
    expect(refused()).toBe(1)
  })
})

describe('a code in the address', () => {
  const windowAt = (pathname: string, hash: string) => {
    const replaced: string[] = []
    const listeners: (() => void)[] = []
    const location = { pathname, hash }
    return {
      location,
      replaced,
      listeners,
      history: {
        state: null,
        replaceState: (_: unknown, __: string, path: string) => void replaced.push(path),
      },
      addEventListener: (_: string, listener: () => void) => void listeners.push(listener),
    }
  }

  it('is read and taken out of the address bar at once, and again when another is scanned', () => {
    const at = windowAt('/claim', '#4f7kq-zx90a')
    const code = takeCode(at)
    expect(code.get()).toBe('4f7kq-zx90a')
    expect(bare(code.get())).toBe('4F7KQZX90A')
    expect(at.replaced).toEqual(['/claim'])
    at.location.hash = '#NEW'
    for (const listener of at.listeners) listener()
    expect(code.get()).toBe('NEW')
  })

  it('is nothing at other addresses, and nothing when it is nonsense', () => {
    const elsewhere = windowAt('/chat', '#content')
    expect(takeCode(elsewhere).get()).toBe('')
    expect(elsewhere.replaced).toEqual([])
    expect(takeCode(windowAt('/join', '#%E0%A4%A')).get()).toBe('')
  })
})

describe('small things', () => {
  it('tell addresses from names, for a passkey belongs to a name', () => {
    for (const address of ['192.168.1.2', '127.0.0.1', '[fe80::1]']) expect(isAddress(address)).toBe(true)
    for (const name of ['hob-1a2b.local', 'localhost', '10.example']) expect(isAddress(name)).toBe(false)
  })

  it('show a fingerprint in pairs, however it came', () => {
    expect(pairs('ab12:CD')).toEqual(['AB', '12', 'CD'])
  })

  it('draw a QR code with its quiet margin', () => {
    const { size, path } = drawQr('https://hob-1a2b.local/join#HEY0U-C0ME1')
    // Version 3 or 4 (29 or 33 modules) and four modules on either side.
    expect([37, 41]).toContain(size)
    expect(path.startsWith('M4 4h1v1h-1z')).toBe(true)
  })
})

describe('the record', () => {
  it('is told in sentences in both languages, also what was refused and what is new', () => {
    const say = (language: 'en' | 'zh') =>
      auditEntries().map((entry, _, all) => sentenceOf(entry, namesIn(all), createTranslation(language)))
    expect(say('en').slice(0, 7)).toEqual([
      'Anna made the token Editor on the laptop',
      'Ben could not remove the model qwen3-8b',
      'Anna added a person Tom',
      'Anna made an invitation',
      'Somebody could not sign in as Ben',
      'Ben signed in',
      'A request of Anna was refused: DELETE /hob/v1/models',
    ])
    for (const sentence of say('zh')) expect(sentence).toMatch(/\p{Script=Han}/u)
    const [entry] = auditEntries()
    if (entry === undefined) expect.fail()
    const tomorrow = { ...entry, action: 'hearth.swept', target: 'p_8f3k2m9qq1xz' }
    expect(sentenceOf(tomorrow, new Map(), createTranslation('en'))).toBe('Anna: hearth.swept')
    const odd = { ...entry, action: 'constructor' }
    expect(sentenceOf(odd, new Map(), createTranslation('en'))).toBe('Anna: constructor')
  })
})
