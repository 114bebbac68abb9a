// Tells whoever started the box that it is ready, where, and how to become its owner: a summary with QR codes on a terminal,
// JSON lines otherwise. The claim code goes to standard output alone: the log's files keep no secret.
import { styleText } from 'node:util'
import { qrRow } from '../cli/qr.ts'
import type { Config } from '../config/load.ts'
import { boxRoutes } from '../contracts/box.ts'
import { type Door, identityRoutes } from '../contracts/identity.ts'
import { localOwner } from '../contracts/principal.ts'
import { type Client, createClient } from '../ipc/client.ts'
import { socketPath } from '../ipc/serve.ts'
import type { Log } from '../log.ts'

interface Uses {
  config: Config
  log: Log
  stream: { isTTY?: boolean; columns?: number; write(text: string): unknown }
}

interface Announcer {
  /** Once, when every service is ready. */
  ready(): Promise<void>
  /** Whenever the api has begun: each of its starts makes another code. Says nothing on a box that has an owner. */
  claim(): Promise<void>
}

/** The first look at a machine takes seconds, and on a busy one many. */
const caller = { principal: localOwner('socket'), timeoutMs: 120_000 }
const row = (name: string, value: string): string => `  ${styleText('dim', name.padEnd(12))}${value}\n`

export function createAnnouncer({ config, log, stream }: Uses): Announcer {
  const withApi = async (work: (client: Client) => Promise<void>): Promise<void> => {
    const client = createClient({ service: 'api', socketPath: socketPath(config.runDir, 'api') })
    try {
      await work(client)
    } finally {
      client.close()
    }
  }

  return {
    ready: () =>
      withApi(async (client) => {
        const { addresses, choice } = await client.call(boxRoutes.status, {}, caller)
        const door = await client.call(identityRoutes.door, {}, caller)
        const model = choice?.chosen?.model ?? 'none yet'
        const [address = '', ...others] = addresses
        log.info('the box is ready', { address, model })
        if (stream.isTTY !== true) return
        const page = [address, ...others].map((one, index) =>
          row(index === 0 ? 'Page' : '', styleText('underline', one)),
        )
        const known: string[] = [
          ...page,
          row('API', `${address}/v1`),
          row('Model', model),
          row('Data', config.dataDir),
          ...certificateRows(door),
          row('Stop', 'Ctrl-C'),
        ]
        stream.write(`\n  ${styleText('bold', 'Hob is ready')}\n\n${known.join('')}`)
      }),
    claim: () =>
      withApi(async (client) => {
        const { claim, fingerprint } = await client.call(identityRoutes.door, {}, caller)
        if (claim !== 'open') return
        const { code, urls } = await client.call(identityRoutes.claimCode, {}, caller)
        if (stream.isTTY !== true) return void stream.write(`${claimLine(code, urls, fingerprint)}\n`)
        const title = styleText('bold', 'Nobody owns this box yet')
        const codes = qrRow(urls.slice(0, 2), stream.columns ?? 80)
        stream.write(`\n  ${title}\n\n${row('Claim code', code)}\n${codes}\n\n`)
      }),
  }
}

/** Compared with what the browser shows of the certificate before it is trusted. */
const certificateRows = ({ fingerprint }: Door): string[] => {
  if (fingerprint === null) return []
  const pairs = fingerprint.split(':')
  const half = Math.ceil(pairs.length / 2)
  return [row('Fingerprint', pairs.slice(0, half).join(':')), row('', pairs.slice(half).join(':'))]
}

const claimLine = (code: string, urls: readonly string[], fingerprint: string | null): string =>
  JSON.stringify({
    time: new Date().toISOString(),
    level: 'info',
    service: 'supervisor',
    message: 'nobody owns this box yet',
    claim_code: code,
    claim_urls: urls,
    fingerprint,
  })
