// A real box behind TLS as programs of other machines meet it, with its root certificate and tokens of single scopes.
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { RightName } from '#appliance/contracts/access.ts'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { socketPath } from '#appliance/ipc/serve.ts'
import { type Box, startBox } from './box.ts'

export interface Told {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  text: string
}

interface Asked {
  method?: string
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

export interface HttpsBox {
  readonly box: Box
  readonly origin: string
  /** Of its root certificate. */
  readonly caFile: string
  ask(path: string, asked?: Asked): Promise<Told>
  token(scopes: readonly RightName[]): Promise<string>
}

export async function startHttpsBox(options: Parameters<typeof startBox>[0] = {}): Promise<HttpsBox> {
  const environment = { HOB_TLS: 'on', HOB_PLAIN_PORT: '0', ...options.environment }
  const box = await startBox({ ...options, environment })
  const origin = `https://localhost:${box.port}`
  const caFile = join(box.dataDir, 'api', 'tls', 'ca.pem')
  const ca = readFileSync(caFile, 'utf8')
  return {
    box,
    origin,
    caFile,
    ask: (path, { method = 'GET', token, body, headers = {} } = {}) =>
      new Promise((resolve, reject) => {
        const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
        const type = body === undefined ? {} : { 'content-type': 'application/json' }
        const asked = request(
          `${origin}${path}`,
          { method, ca, timeout: 90_000, headers: { ...headers, ...authorization, ...type } },
          (answer) => {
            text(answer).then(
              (all) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: all }),
              reject,
            )
          },
        )
        asked.once('error', reject)
        asked.once('timeout', () => asked.destroy(new TypeError(`no answer: ${path}`)))
        asked.end(body === undefined ? undefined : JSON.stringify(body))
      }),
    token: async (scopes) => {
      const client = createClient({ service: 'api', socketPath: socketPath(join(box.dataDir, 'run'), 'api') })
      const json = { name: scopes.join(' '), scopes: [...scopes] }
      try {
        const made = await client.call(
          identityRoutes.makeToken,
          { json },
          { principal: localOwner('socket') },
        )
        return made.token
      } finally {
        client.close()
      }
    },
  }
}
