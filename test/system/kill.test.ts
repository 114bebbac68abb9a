// Each process of the box is killed in turn while eight clients stream: the others go on, the killed one comes back,
// and no client hangs.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Box, startBox } from './box.ts'

let box: Box
beforeAll(async () => {
  box = await startBox({ selfTest: {}, environment: { HOB_SEQUENCES: '4' } })
})
afterAll(() => box.stop())

const clients = 8
/** A client that gets nothing for this long hangs. */
const silenceMs = 20_000

/** How a stream ended: `done` with [DONE], `error` told in the stream or as a status, `cut` by the connection. */
type Ending = 'done' | 'error' | 'cut'

async function stream(onFirst: () => void): Promise<Ending> {
  try {
    const answer = await box.fetch(`/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'auto',
        messages: [{ role: 'user', content: 'hi' }],
        stream: true,
        max_tokens: 1_500,
        min_tokens: 1_500,
      }),
    })
    if (!answer.ok || answer.body === null) return 'error'
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    for (;;) {
      const { done, value } = await withDeadline(reader.read())
      if (done) return text.includes('[DONE]') ? 'done' : text.includes('"error"') ? 'error' : 'cut'
      if (text === '') onFirst()
      text = (text + value).slice(-4_000)
    }
  } catch (error) {
    if (error instanceof HangError) throw error
    return 'cut'
  }
}

class HangError extends Error {}

async function withDeadline<Value>(work: Promise<Value>): Promise<Value> {
  let late: NodeJS.Timeout | undefined
  const hang = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new HangError(`nothing for ${silenceMs} ms`)), silenceMs)
  })
  try {
    return await Promise.race([work, hang])
  } finally {
    clearTimeout(late)
  }
}

test.each(['engine', 'models', 'api'] as const)('%s is killed while eight clients stream', async (victim) => {
  // the first answer loads the model, so that there is an engine to kill
  expect(await stream(() => undefined)).toBe('done')
  const before = box.processes()
  const pid = before.get(victim)
  if (pid === undefined) throw new Error(`no ${victim} among ${[...before.keys()].join(', ')}`)

  let kill: () => void = () => undefined
  const begun = new Promise<void>((resolve) => {
    kill = resolve
  })
  const running = Array.from({ length: clients }, () => stream(() => kill()))
  await begun
  process.kill(pid, 'SIGKILL')
  const endings = await Promise.all(running)
  expect(endings).toHaveLength(clients)
  expect(endings.some((ending) => ending !== 'done')).toBe(true)
  // only the api's own death cuts a client off without a word
  if (victim !== 'api') expect(endings).not.toContain('cut')

  await expect
    .poll(
      () =>
        box.fetch(`/readyz`).then(
          (answer) => answer.status,
          () => 0,
        ),
      { timeout: 20_000 },
    )
    .toBe(200)
  await expect.poll(() => stream(() => undefined), { timeout: 30_000 }).toBe('done')

  const after = box.processes()
  for (const name of ['supervisor', 'models', 'api'] as const) {
    const wasEnded = name === victim
    expect(after.get(name) === before.get(name), `${name} was ${wasEnded ? 'not ' : ''}started again`).toBe(
      !wasEnded,
    )
  }
})
