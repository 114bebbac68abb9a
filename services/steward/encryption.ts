// Whether the household's data is encrypted on the disk, and a recovery key for it. Owns the order of those who want a key: each one
// makes the one before worthless, so the last to be answered has the one that opens.
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import type { Encryption } from '#appliance/contracts/system.ts'
import { HobError } from '#appliance/errors.ts'
import type { Host } from '#appliance/hardware/host.ts'
import { dataPartition, makeRecoveryKey, readSeal } from '#appliance/host/data-partition.ts'
import type { App } from '#appliance/ipc/app.ts'
import type { Log } from '#appliance/log.ts'

interface Uses {
  host: Host
  log: Log
}

export function registerEncryption(app: App, { host, log }: Uses): void {
  const read = async (): Promise<Encryption> => {
    if (!(await host.exists(dataPartition))) return { state: 'not_ours' }
    const seal = await readSeal(dataPartition)
    if (seal === null) return { state: 'plain', hasTpm: await host.exists('/dev/tpmrm0') }
    return { state: 'encrypted', ...seal }
  }
  const make = async (): Promise<string> => {
    const now = await read()
    if (now.state !== 'encrypted' || !now.byTpm) throw new HobError('data_not_sealed')
    return await makeRecoveryKey(dataPartition)
  }
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const mine = last.then(work)
    // how it ended is for whoever asked
    last = mine.catch(() => undefined)
    return mine
  }

  app.openapi(stewardRoutes.encryption, async (c) => c.json(await read(), 200))
  app.openapi(stewardRoutes.makeRecoveryKey, async (c) => {
    const key = await inTurn(make)
    log.info('the data has a new recovery key', { request_id: c.get('requestId') })
    return c.json({ key }, 201)
  })
}
