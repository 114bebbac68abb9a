// Tells whoever started the box that it is ready and where: a small summary on a terminal, one log line otherwise. What a
// new box is claimed with goes to the terminal alone, and never into a log.
import { styleText } from 'node:util'
import { qrText } from '../cli/qr.ts'
import type { Config } from '../config/load.ts'
import { boxRoutes } from '../contracts/box.ts'
import { identityRoutes } from '../contracts/identity.ts'
import { localOwner } from '../contracts/principal.ts'
import { type Client, createClient } from '../ipc/client.ts'
import { socketPath } from '../ipc/serve.ts'
import type { Log } from '../log.ts'

export async function announce({
  config,
  address,
  log,
}: {
  config: Config
  address: string | undefined
  log: Log
}): Promise<void> {
  const client = createClient({ service: 'api', socketPath: socketPath(config.runDir, 'api') })
  try {
    const status = await client.call(boxRoutes.status, {}, caller)
    const at = address ?? status.address
    const model = status.choice?.chosen?.model ?? 'none yet'
    log.info('the box is ready', { address: at, model })
    if (!process.stdout.isTTY) return
    process.stdout.write(summary({ at, model, data: config.dataDir, ...(await doorOf(client)) }))
  } finally {
    client.close()
  }
}

const caller = { principal: localOwner('socket') }

interface Ready {
  at: string
  model: string
  data: string
  /** SHA-256 of the box's root certificate; null without TLS. */
  fingerprint: string | null
  /** How a new box is claimed; null: it has an owner. */
  claim: { code: string; urls: readonly string[] } | null
}

async function doorOf(client: Client): Promise<Pick<Ready, 'fingerprint' | 'claim'>> {
  const { claim, fingerprint } = await client.call(identityRoutes.door, {}, caller)
  return {
    fingerprint,
    claim: claim === 'open' ? await client.call(identityRoutes.claimCode, {}, caller) : null,
  }
}

/** As it stands on the terminal. */
export function summary({ at, model, data, fingerprint, claim }: Ready): string {
  const row = (name: string, value: string): string => `  ${styleText('dim', name.padEnd(8))}${value}`
  const [best] = claim?.urls ?? []
  return [
    '',
    `  ${styleText('bold', 'Hob is ready')}`,
    '',
    row('Page', styleText('underline', at)),
    row('API', `${at}/v1`),
    row('Model', model),
    row('Data', data),
    ...(fingerprint === null ? [] : [row('Root', `SHA-256 ${fingerprint}`)]),
    row('Stop', 'Ctrl-C'),
    ...(claim === null
      ? []
      : [
          '',
          `  This box is new. Whoever enters its code owns it: ${styleText('bold', claim.code)}`,
          '',
          ...claim.urls.map((url) => `  ${url}`),
          ...(best === undefined ? [] : ['', qrText(best)]),
        ]),
    '',
    '',
  ].join('\n')
}
