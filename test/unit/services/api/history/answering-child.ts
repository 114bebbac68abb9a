// Started by ask.test.ts and killed in the middle of an answer: counts, and tells how far it has counted.
import { setTimeout as wait } from 'node:timers/promises'
import { localOwner } from '#appliance/contracts/principal.ts'
import { createApp } from '#appliance/ipc/app.ts'
import { createLog } from '#appliance/log.ts'
import { systemClock } from '#appliance/timers/timers.ts'
import { registerHistory } from '#services/api/history/routes.ts'

const log = createLog({ service: 'api', level: 'error' })
const app = createApp({ log })
app.use(async (c, next) => {
  c.set('principal', { ...localOwner('page'), user: 'ann' })
  await next()
})
registerHistory(app, {
  file: process.argv[2] ?? '',
  chat: async function* () {
    for (let i = 0; i < 10_000; i++) {
      await wait(50)
      const base = {
        id: 'c',
        object: 'chat.completion.chunk',
        created: 0,
        model: 'm',
        system_fingerprint: 'f',
      } as const
      yield { ...base, choices: [{ index: 0, delta: { content: `${i} ` }, finish_reason: null }] }
      process.stdout.write(`${i}\n`)
    }
  },
  embed: async () => null,
  contextTokens: () => null,
  publish: () => undefined,
  clock: systemClock,
  log,
})
const post = async (path: string, body: object): Promise<Response> =>
  await app.request(`/hob/v1/conversations${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const { id } = await (await post('', {})).json()
const answer = await post(`/${id}/messages`, { content: 'count the wombats' })
for await (const piece of answer.body ?? []) if (piece.length === 0) break
