// Tells whoever started the box that it is ready and where: a small summary on a terminal, one log line otherwise.
import { styleText } from 'node:util'
import type { Config } from '../config/load.ts'
import { boxRoutes } from '../contracts/box.ts'
import { localOwner } from '../contracts/principal.ts'
import { createClient } from '../ipc/client.ts'
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
    const status = await client.call(boxRoutes.status, {}, { principal: localOwner('socket') })
    const at = address ?? status.address
    const model = status.choice?.chosen?.model ?? 'none yet'
    log.info('the box is ready', { address: at, model })
    if (!process.stdout.isTTY) return
    const row = (name: string, value: string): string => `  ${styleText('dim', name.padEnd(8))}${value}\n`
    process.stdout.write(
      `\n  ${styleText('bold', 'Hob is ready')}\n\n${row('Page', styleText('underline', at))}${row('API', `${at}/v1`)}${row('Model', model)}${row('Data', config.dataDir)}${row('Stop', 'Ctrl-C')}\n`,
    )
  } finally {
    client.close()
  }
}
