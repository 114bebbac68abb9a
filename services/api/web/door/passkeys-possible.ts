// Whether this browser can use passkeys here: it offers them, trusts the certificate, and came by the name, not by an
// address (a passkey belongs to a name).
import type { Api } from '../app/api.ts'

export const isAddress = (hostname: string): boolean =>
  /^\d+\.\d+\.\d+\.\d+$/.test(hostname) || hostname.includes(':')

export const passkeysPossible = (): boolean =>
  window.isSecureContext && 'PublicKeyCredential' in window && !isAddress(window.location.hostname)

/** Signs in with a passkey of this device; says who came in. */
export async function signInWithPasskey(api: Api) {
  const [{ presentPasskey }, { id, options }] = await Promise.all([ceremony(), api.passkeySignInOptions()])
  return api.passkeySignIn(id, await presentPasskey(options))
}

/** Says with a passkey of the person who is signed in that it is them; nobody else's is taken. */
export async function confirmWithPasskey(api: Api) {
  const [{ presentPasskey }, { id, options }] = await Promise.all([ceremony(), api.passkeyConfirmOptions()])
  return api.passkeyConfirm(id, await presentPasskey(options))
}

const ceremony = () => import('./passkey.ts')
