// Search by meaning: found without a common word, never in anybody's way, embedded anew when the model changes, and
// done without when there is no model.
import { describe, expect, it } from 'vitest'
import { HobError } from '#appliance/errors.ts'
import type { Embed } from '#services/api/history/embedder.ts'
import { asked, type Box, chunk, events, openBox, says } from './box.ts'

/** An animal is near any other animal, a dish near any other dish. */
const meaningOf = (text: string): Float32Array =>
  new Float32Array([/wombat|kangaroo/.test(text) ? 1 : 0, /soup|stew/.test(text) ? 1 : 0, 0.1])

interface Model {
  embed: Embed
  texts: string[]
  name: string
  /** Resolves once so many texts have been embedded. */
  seen(count: number): Promise<void>
}

function model(name = 'e1', more = 0): Model {
  const waiting: { count: number; resolve: () => void }[] = []
  const self: Model = {
    texts: [],
    name,
    seen: (count) =>
      self.texts.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count, resolve })),
    embed: async (texts) => {
      self.texts.push(...texts)
      const vectors = texts.map(
        (text) => new Float32Array([...meaningOf(text), ...Array.from({ length: more }, () => 0)]),
      )
      setImmediate(() =>
        waiting.filter(({ count }) => self.texts.length >= count).forEach(({ resolve }) => resolve()),
      )
      return { model: self.name, vectors }
    },
  }
  return self
}

const found = async (box: Box, user: string, q: string) =>
  (await box.call(user, 'GET', `/search?q=${encodeURIComponent(q)}`)).json.hits

describe('searching by meaning', () => {
  it('finds what has no word in common, and says by what it was found', async () => {
    const e1 = model()
    const box = openBox({ embed: e1.embed, chat: says('yes') })
    const [animal, dish] = [await box.begin('ann'), await box.begin('ann')]
    await asked(box, 'ann', animal, 'the wombat sleeps')
    await asked(box, 'ann', dish, 'a soup of leeks')
    await e1.seen(4)
    const hits = await found(box, 'ann', 'kangaroo')
    expect(hits[0]).toMatchObject({
      conversation: { id: animal },
      by: 'meaning',
      snippet: 'the wombat sleeps',
    })
    expect((await found(box, 'ann', 'wombat'))[0]).toMatchObject({ conversation: { id: animal }, by: 'both' })
    expect(await found(box, 'bob', 'kangaroo')).toEqual([])
  })

  it('finds by words alone when there is no model, or it fails', async () => {
    for (const embed of [
      async () => null,
      async () => {
        throw new HobError('service_unavailable', { service: 'models' })
      },
    ] satisfies Embed[]) {
      const box = openBox({ embed })
      const id = await box.begin('ann')
      await asked(box, 'ann', id, 'the wombat sleeps')
      expect(await found(box, 'ann', 'wombat')).toMatchObject([{ by: 'words' }])
    }
  })

  it('embeds anew with another model, after the next question, and forgets the old vectors', async () => {
    const e1 = model()
    let current = e1
    const box = openBox({ embed: (texts, caller) => current.embed(texts, caller), chat: says('yes') })
    const id = await box.begin('ann')
    await asked(box, 'ann', id, 'the wombat sleeps')
    await e1.seen(2)
    const e2 = model('e2', 5)
    current = e2
    await asked(box, 'ann', id, 'a soup')
    await e2.seen(4)
    expect(e2.texts.toSorted()).toEqual(['a soup', 'the wombat sleeps', 'yes', 'yes'])
    expect((await found(box, 'ann', 'kangaroo'))[0]).toMatchObject({
      by: 'meaning',
      snippet: 'the wombat sleeps',
    })
    await box.history.close()
    const again = model('e2', 5)
    const reopened = openBox({ file: box.file, embed: again.embed, chat: says('yes') })
    expect((await found(reopened, 'ann', 'kangaroo'))[0]).toMatchObject({ by: 'meaning' })
    await asked(reopened, 'ann', id, 'a stew')
    await again.seen(3)
    // the query and what is new: nothing is embedded twice
    expect(again.texts).toEqual(['kangaroo', 'a stew', 'yes'])
  })

  it('waits while somebody is being answered, and puts off what it had begun', async () => {
    const e1 = model()
    let begun = (): void => undefined
    const started = new Promise<void>((resolve) => (begun = resolve))
    let hang = true
    const embed: Embed = async (texts, caller) => {
      if (!hang) return await e1.embed(texts, caller)
      begun()
      return await new Promise((_, reject) => {
        caller.signal?.addEventListener('abort', () => reject(new HobError('client_gone')))
      })
    }
    let go = (): void => undefined
    const gate = new Promise<void>((resolve) => (go = resolve))
    let slow = false
    const box = openBox({
      embed,
      chat: async function* () {
        yield chunk('yes')
        if (slow) await gate
      },
    })
    const id = await box.begin('ann')
    await asked(box, 'ann', id, 'the wombat sleeps')
    await started
    slow = true
    hang = false
    const reading = events(await box.ask('ann', id, { content: 'a soup' }))
    for (let next = await reading.next(); next.value?.event !== 'delta'; ) next = await reading.next()
    expect(e1.texts).toEqual([])
    go()
    await e1.seen(4)
    expect(e1.texts.toSorted()).toEqual(['a soup', 'the wombat sleeps', 'yes', 'yes'])
    await Array.fromAsync(reading)
  })

  it('shortens what the model cannot hold', async () => {
    const e1 = model()
    const box = openBox({
      chat: says('yes'),
      embed: async (texts, caller) => {
        if (texts.some((text) => text.length > 600))
          throw new HobError('context_length_exceeded', { prompt: 9, context: 8 })
        return await e1.embed(texts, caller)
      },
    })
    const id = await box.begin('ann')
    await asked(box, 'ann', id, 'x'.repeat(5_000))
    await e1.seen(2)
    expect(e1.texts.map((text) => text.length)).toEqual([500, 3])
  })
})
