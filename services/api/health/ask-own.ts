// Asks the box itself, from outside: over a connection of its own, as a phone does. Over TLS what answers must prove itself with
// the certificate in use; nothing else is trusted, and nothing but the box's own addresses is ever asked.
import { type IncomingMessage, request as plainRequest } from 'node:http'
import { type RequestOptions, request as secureRequest } from 'node:https'
import { TLSSocket } from 'node:tls'
import { type Ask, WrongCertificate } from '#appliance/health/lan.ts'

/** The certificate in use. */
export interface Trust {
  readonly source: 'box' | 'owner'
  /** PEM: the box's root, or the chain that its owner brought. */
  readonly anchors: string
}

const answerMaxBytes = 1024 * 1024

/** Rejects with the connection's error, or with what is wrong with the certificate. */
export const createAskOwn =
  (trust: () => Trust | null): Ask =>
  (url, signal) =>
    new Promise((resolve, reject) => {
      const held = trust()
      const options: RequestOptions = { agent: false, signal, headers: { accept: '*/*' } }
      const take = (response: IncomingMessage): void => {
        const flaw = response.socket instanceof TLSSocket ? flawOf(response.socket) : null
        if (flaw !== null) return void response.destroy(new WrongCertificate(flaw))
        read(response).then(resolve, reject)
      }
      const request =
        held === null || url.startsWith('http:')
          ? plainRequest(url, options, take)
          : secureRequest(url, { ...options, ...tlsOf(held) }, take)
      request.once('error', reject)
      request.end()
    })

const tlsOf = ({ source, anchors }: Trust): RequestOptions => ({
  ca: anchors,
  // an owner's chain need not reach up to its root
  allowPartialTrustChain: true,
  // judged by flawOf, which lets one thing pass
  rejectUnauthorized: false,
  // and names what its owner wished, which may be no address
  ...(source === 'owner' ? { checkServerIdentity: () => undefined } : {}),
})

/** A box whose clock fell back is told by the clock's check; phones go by their own, and are not locked out. */
function flawOf({ authorized, authorizationError }: TLSSocket): string | null {
  const flaw: unknown = authorizationError
  if (authorized || flaw === 'CERT_NOT_YET_VALID') return null
  return flaw instanceof Error ? flaw.message : String(flaw)
}

async function read(response: IncomingMessage): Promise<{ status: number; type: string; text: string }> {
  const parts: string[] = []
  let length = 0
  for await (const part of response.setEncoding('utf8')) {
    length += String(part).length
    parts.push(String(part))
    // enough to judge it by
    if (length > answerMaxBytes) break
  }
  const { statusCode = 0, headers } = response
  return { status: statusCode, type: headers['content-type'] ?? '', text: parts.join('') }
}
