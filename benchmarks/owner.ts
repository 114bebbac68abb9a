// Claims a box that a benchmark or a test started, over the box's own socket, and makes a token that may do all that a
// token can. A second start on the same folder is claimed already.
import { scopes } from '#appliance/contracts/access.ts'
import { identityRoutes } from '#appliance/contracts/identity.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { HobError } from '#appliance/errors.ts'
import { createClient } from '#appliance/ipc/client.ts'
import { socketPath } from '#appliance/ipc/serve.ts'

export const ownerAccount = { name: 'Vesta', password: 'hearth and home fire' } as const

/** Plain HTTP on loopback: what is measured or tested there is not the encryption. */
export const plainEnvironment = { HOB_TLS: 'off', HOB_LISTEN: '127.0.0.1' } as const

export async function claimForOwner(runDir: string): Promise<string> {
  const client = createClient({ service: 'api', socketPath: socketPath(runDir, 'api') })
  const caller = { principal: localOwner('socket') }
  try {
    await client.call(identityRoutes.claim, { json: { ...ownerAccount } }, caller).catch((error: unknown) => {
      if (!(error instanceof HobError && error.code === 'already_claimed')) throw error
    })
    const { token } = await client.call(
      identityRoutes.makeToken,
      { json: { name: 'all of it', scopes: [...scopes] } },
      caller,
    )
    return token
  } finally {
    client.close()
  }
}

/** Signs the owner in as the page does; the cookie is for a browser. Throws TypeError when the box refuses. */
export async function signIn(url: string): Promise<{ name: string; value: string }> {
  const answer = await fetch(`${url}/hob/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(ownerAccount),
  })
  const [, name, value] = /^([^=]+)=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '') ?? []
  if (name === undefined || value === undefined) throw new TypeError(`signing in: ${answer.status}`)
  return { name, value }
}
