// Are the disks well? What they say of themselves (SMART), which only the steward may ask: it runs as root.
import type { DiskHealth as Disk } from '../contracts/system.ts'
import { type Check, issue, notMeasured, ok } from './check.ts'

/** What is judged here. */
type DiskHealth = Pick<Disk, 'device' | 'model' | 'health' | 'reason' | 'wearPercent'>

interface Doors {
  /** Null where there is no steward: under `npm start`. */
  disks: (signal: AbortSignal) => Promise<readonly DiskHealth[] | null>
}

/** More than 100 is possible (NVMe base specification, “Percentage Used”). */
const wornPercent = 90

export const disksCheck = ({ disks }: Doors): Check => ({
  name: 'disks',
  // hardware does not get better by another version
  gates: false,
  // smartctl waits for a disk that sleeps
  limitMs: 30_000,
  issues: {
    disk_failing: {
      severity: 'serious',
      message: 'The disk {disk} says that it is failing.',
      suggestion: 'Back up the box today, and replace the disk.',
    },
    disk_worn: {
      severity: 'warning',
      message: 'The disk {disk} has used up {wearPercent} % of the writing that it was made for.',
      suggestion: 'Plan to replace it, and keep a backup.',
    },
  },
  reasons: {
    not_managed: 'This box runs as a program on somebody’s computer, which looks after its disks itself.',
    disks_silent: 'No disk of this machine says how it is.',
  },
  detect: async (signal) => {
    const all = await disks(signal)
    if (all === null) return notMeasured('not_managed')
    const failing = all.find(({ health }) => health === 'failing')
    if (failing !== undefined)
      return issue('disk_failing', { disk: nameOf(failing), reason: failing.reason ?? 'failed_itself' })
    const [worn] = all
      .filter(({ wearPercent }) => wearPercent !== null && wearPercent >= wornPercent)
      .sort((a, b) => (b.wearPercent ?? 0) - (a.wearPercent ?? 0))
    if (worn !== undefined)
      return issue('disk_worn', { disk: nameOf(worn), wearPercent: worn.wearPercent ?? 0 })
    return all.some(({ health }) => health === 'ok') ? ok : notMeasured('disks_silent')
  },
})

const nameOf = ({ device, model }: DiskHealth): string => (model === null ? device : `${model} (${device})`)
