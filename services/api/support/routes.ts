// GET /hob/v1/system/support-bundle: an archive for somebody who helps. Owns nothing but the count of those that are being made.
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { systemRoutes } from '#appliance/contracts/system.ts'
import { HobError } from '#appliance/errors.ts'
import type { App } from '#appliance/ipc/app.ts'
import { recorded } from '../audit/request.ts'
import type { Audit } from '../audit/routes.ts'
import type { Mask } from '../privacy/mask.ts'
import { makeBundle } from './bundle.ts'
import { type PartsUses, partsOf } from './parts.ts'
import { tarOf } from './tar.ts'

interface Uses extends PartsUses {
  audit: Pick<Audit, 'append'>
  masking: () => Mask
}

export function registerSupport(app: App, { audit, masking, ...uses }: Uses): void {
  let isBusy = false
  app.openapi(systemRoutes.supportBundle, async (c) => {
    // each holds a day's log in memory
    if (isBusy) throw new HobError('bundle_busy')
    isBusy = true
    try {
      const now = new Date()
      const head = `Support bundle of a Hob box, made at ${now.toISOString()} by Hob ${uses.version}.`
      const files = await recorded(audit, c, { action: 'support.downloaded', target: null }, () =>
        makeBundle({ parts: partsOf(uses, now), mask: masking(), head }),
      )
      const archive = Readable.from(tarOf(files, now)).pipe(createGzip())
      return new Response(Readable.toWeb(archive) as ReadableStream<Uint8Array>, {
        headers: {
          'content-type': 'application/gzip',
          'content-disposition': `attachment; filename="hob-support-${now.toISOString().slice(0, 10)}.tar.gz"`,
        },
      })
    } finally {
      isBusy = false
    }
  })
}
