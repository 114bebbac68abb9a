// Requests to an application without a network: the connection is made up, and so is its address.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { App } from '#appliance/ipc/app.ts'

export interface Answer {
  status: number
  code: string | null
  headers: Headers
  body: {
    route?: string
    caller?: { by: string; address: string | null }
    error?: { message: string; remedy: string }
  }
}

export async function ask(
  app: App,
  target: string,
  {
    method = 'GET',
    headers = {},
    body,
    address = '192.168.1.7',
    socket,
  }: {
    method?: string
    headers?: Record<string, string>
    body?: string
    address?: string
    socket?: object
  } = {},
): Promise<Answer> {
  const incoming = {
    socket: socket ?? { remoteAddress: address, remotePort: 5, localAddress: '::' },
    headers: {},
    httpVersionMajor: 1,
  }
  const request = new Request(`http://localhost${target}`, {
    method,
    headers: { host: 'localhost', ...headers },
    ...(body === undefined ? {} : { body }),
  })
  const answer = await app.fetch(request, {
    incoming: incoming as unknown as IncomingMessage,
    outgoing: { once: () => undefined } as unknown as ServerResponse,
  })
  const text = await answer.text()
  return {
    status: answer.status,
    code: answer.headers.get('x-hob-error'),
    headers: answer.headers,
    body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
  }
}
