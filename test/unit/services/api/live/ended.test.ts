// A live connection whose session ends between the request and the moment at which it is open.
import { expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { ask } from '../walls/asked.ts'
import { fakeIdentity } from '../walls/fake-identity.ts'
import { walled } from '../walls/walled.ts'

async function requested() {
  const identity = fakeIdentity()
  identity.session('ann')
  const { app, live } = walled({ identity })
  const held: { opened: (socket: unknown) => void } = { opened: () => undefined }
  const headers = { cookie: '__Host-hob=ann', origin: 'https://localhost:4620' }
  const answer = await ask(app, '/hob/v1/live', { headers, upgrade: (opened) => (held.opened = opened) })
  expect(answer.status).toBe(200)
  const socket: unknown = Reflect.construct(WebSocket, [null, undefined, {}])
  if (!(socket instanceof WebSocket)) throw new TypeError('no socket')
  const close = vi.spyOn(socket, 'close').mockReturnValue()
  vi.spyOn(socket, 'terminate').mockReturnValue()
  return { identity, live, close, open: () => held.opened(socket) }
}

test('never begins', async () => {
  const { identity, live, close, open } = await requested()
  identity.end('ann')
  open()
  expect(close).toHaveBeenCalledWith(4401, 'signed out')
  expect(live.connections()).toBe(0)
})

test('begins when it does not', async () => {
  const { identity, live, close, open } = await requested()
  identity.end('somebody else')
  open()
  expect(close).not.toHaveBeenCalled()
  expect(live.connections()).toBe(1)
})
