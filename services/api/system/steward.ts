// The way to the steward, where there is one: its socket is there on a machine that is Hob's own, and nowhere else.
import { existsSync } from 'node:fs'
import { localOwner } from '#appliance/contracts/principal.ts'
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import { HobError } from '#appliance/errors.ts'
import { type Client, createClient } from '#appliance/ipc/client.ts'
import { socketPath } from '#appliance/ipc/serve.ts'

export interface Steward {
  isHere(): boolean
  /** Throws not_managed. */
  client(): Client
  /** So that the journal and DHCP know the machine by the box's name. Does nothing where there is no steward. */
  nameHost(hostName: string): Promise<void>
  close(): void
}

export function createSteward({ runDir }: { runDir: string }): Steward {
  const path = socketPath(runDir, 'steward')
  const client = createClient({ service: 'steward', socketPath: path })
  const isHere = (): boolean => existsSync(path)
  return {
    isHere,
    client: () => {
      if (!isHere()) throw new HobError('not_managed')
      return client
    },
    nameHost: async (hostName) => {
      // the page waits for a rename, and the steward may have to be started first
      const caller = { principal: localOwner('service'), timeoutMs: 15_000 }
      if (isHere()) await client.call(stewardRoutes.setHostName, { json: { hostName } }, caller)
    },
    close: client.close,
  }
}
