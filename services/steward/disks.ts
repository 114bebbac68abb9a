// The machine's disks as the kernel lists them, each with what it says of its own health.
import { stewardRoutes } from '#appliance/contracts/steward.ts'
import type { DiskHealth } from '#appliance/contracts/system.ts'
import { readDisks } from '#appliance/hardware/disk.ts'
import type { Host } from '#appliance/hardware/host.ts'
import { readDiskHealth } from '#appliance/host/smartctl.ts'
import type { App } from '#appliance/ipc/app.ts'
import { errorFields, type Log } from '#appliance/log.ts'

interface Uses {
  host: Host
  log: Log
}

export function registerDisks(app: App, { host, log }: Uses): void {
  const account = async (device: string): ReturnType<typeof readDiskHealth> => {
    try {
      return await readDiskHealth(device)
    } catch (error) {
      log.warn('a disk was not asked', { device, ...errorFields(error) })
      const unknown = { model: null, temperatureC: null, wearPercent: null, health: 'unknown' } as const
      return { ...unknown, reason: 'cannot_be_asked' }
    }
  }
  app.openapi(stewardRoutes.disks, async (c) => {
    const disks: DiskHealth[] = await Promise.all(
      (await readDisks(host)).map(async ({ device, model, sizeBytes }) => {
        const own = await account(device)
        const name = own.model ?? (model.status === 'known' ? model.value : null)
        return {
          device,
          sizeBytes: sizeBytes.status === 'known' ? sizeBytes.value : null,
          ...own,
          model: name,
        }
      }),
    )
    return c.json({ disks }, 200)
  })
}
