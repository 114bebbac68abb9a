// A box's routes as typed calls, and its live channel as messages to iterate over. Runs where fetch and WebSocket are: in
// Node 22 and later, in Deno and Bun. Holds the token; the box is the only one who gets it.
import createFetchClient from 'openapi-fetch'

export function createHob({ url, token }) {
  const client = createFetchClient({ baseUrl: url, headers: { authorization: `Bearer ${token}` } })
  return { ...client, live: (from) => openLive(client, url, from) }
}

/** A WebSocket cannot send the token, so it comes with a ticket for one use. */
async function openLive(client, url, from = {}) {
  const { data, error } = await client.POST('/hob/v1/ticket')
  if (error !== undefined) throw new Error(error.error.message, { cause: error })
  const address = new URL('/hob/v1/live', url.replace(/^http/, 'ws'))
  for (const [name, value] of Object.entries({ ...from, ticket: data.ticket }))
    address.searchParams.set(name, value)
  const socket = new WebSocket(address)
  const left = new AbortController()
  return new ReadableStream({
    start: (to) => {
      const { signal } = left
      socket.addEventListener('message', ({ data: text }) => to.enqueue(JSON.parse(text)), { signal })
      const ended = ({ code, reason }) =>
        code === 1000 ? to.close() : to.error(new Error(`the live channel was closed: ${code} ${reason}`))
      socket.addEventListener('close', ended, { signal })
    },
    cancel: () => {
      left.abort()
      socket.close()
    },
  })
}
