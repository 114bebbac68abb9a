// The routes of the certificate: what serves now, the owner's own in its place, and back. A pair that cannot serve is
// refused and what serves stays. The private key goes one way: into the box.
import { networkRoutes, type ServedCertificate } from '#appliance/contracts/network.ts'
import { HobError } from '#appliance/errors.ts'
import type { App } from '#appliance/ipc/app.ts'
import { byRequest } from '../audit/request.ts'
import type { Audit } from '../audit/routes.ts'
import type { Certificate } from './certificate.ts'
import { describeCertificate } from './served.ts'

interface Uses {
  /** Null without TLS. */
  certificate: Certificate | null
  audit: Pick<Audit, 'append'>
}

export function registerCertificate(app: App, { certificate, audit }: Uses): void {
  const inUse = (): Certificate => {
    if (certificate === null) throw new HobError('tls_off')
    return certificate
  }

  app.openapi(networkRoutes.certificate, (c) => c.json(served(inUse()), 200))

  app.openapi(networkRoutes.useCertificate, async (c) => {
    const tls = inUse()
    const { key, chain } = c.req.valid('json')
    try {
      await tls.useOwners({ key, certificate: chain })
    } catch (error) {
      if (error instanceof HobError)
        audit.append(byRequest(c, { action: 'certificate.changed', outcome: 'refused', code: error.code }))
      throw error
    }
    audit.append(byRequest(c, { action: 'certificate.changed', outcome: 'done', details: inWords(tls) }))
    return c.json(served(tls), 200)
  })

  app.openapi(networkRoutes.dropCertificate, async (c) => {
    const tls = inUse()
    if (await tls.dropOwners())
      audit.append(byRequest(c, { action: 'certificate.changed', outcome: 'done', details: inWords(tls) }))
    return c.json(served(tls), 200)
  })
}

function served(certificate: Certificate): ServedCertificate {
  const { names, addresses, issuer, fingerprint, from } = describeCertificate(certificate.context().cert)
  return {
    source: certificate.source(),
    names,
    addresses,
    issuer,
    notBefore: from.toISOString(),
    notAfter: certificate.expiresAt().toISOString(),
    fingerprint,
    caFingerprint: certificate.fingerprint().full,
  }
}

/** For the record. */
function inWords(certificate: Certificate): Record<string, string> {
  const { source, names, issuer, notAfter, fingerprint } = served(certificate)
  return { source, names: names.join(' ').slice(0, 300), issuer, notAfter, fingerprint }
}
