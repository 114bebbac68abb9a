// Is there room on the disk for what people will say and for the next model? Names what takes the most, which is models, and
// can remove what arrived of downloads that stopped.
import type { BoxHealth } from '../contracts/health.ts'
import type { InstalledModel } from '../contracts/models.ts'
import { type Check, issue, notMeasured, ok } from './check.ts'

interface Doors {
  disks: () => Promise<BoxHealth['disks']>
  models: (signal: AbortSignal) => Promise<readonly Pick<InstalledModel, 'id' | 'fileBytes' | 'starter'>[]>
  /** What arrived of downloads that stopped. */
  unfinishedBytes: (signal: AbortSignal) => Promise<number>
  removeUnfinished: (signal: AbortSignal) => Promise<void>
}

const gib = 1024 ** 3
/** Home Assistant's minimum (supervisor/resolution/const.py), and four times what downloads leave (services/models/downloads). */
const seriousBytes = gib
/** The kubelet evicts below 10 % (nodefs.available); of a large disk a tenth is more than anybody needs, and 20 GiB hold a model. */
const warningShare = 0.1
const warningMostBytes = 20 * gib

export const spaceCheck = ({ disks, models, unfinishedBytes, removeUnfinished }: Doors): Check => ({
  name: 'space',
  // an update does not fill the disk, and undoing it would not empty it
  gates: false,
  limitMs: 10_000,
  issues: {
    space_low: {
      severity: 'warning',
      message: 'The disk has {freeBytes} of {totalBytes} left.',
      suggestion:
        'Remove a model that you do not use: the models take {modelsBytes}, the largest is {largest} with {largestBytes}.',
    },
    space_low_elsewhere: {
      severity: 'warning',
      message: 'The disk has {freeBytes} of {totalBytes} left.',
      suggestion: 'Something else than models fills it: make room there, or use a larger disk.',
    },
    space_out: {
      severity: 'serious',
      message: 'The disk is nearly full: {freeBytes} of {totalBytes} are left.',
      suggestion:
        'Remove a model now: the models take {modelsBytes}, the largest is {largest} with {largestBytes}.',
    },
    space_out_elsewhere: {
      severity: 'serious',
      message: 'The disk is nearly full: {freeBytes} of {totalBytes} are left.',
      suggestion: 'Something else than models fills it: make room there now, or use a larger disk.',
    },
  },
  reasons: { disk_unknown: 'The disk does not say how much of it is free.' },
  detect: async (signal) => {
    const least = tightest(await disks())
    if (least === null) return notMeasured('disk_unknown')
    const { freeBytes, totalBytes } = least
    if (freeBytes >= Math.min(totalBytes * warningShare, warningMostBytes)) return ok
    const code = freeBytes < seriousBytes ? 'space_out' : 'space_low'
    const [here, unfinished] = await Promise.all([models(signal), unfinishedBytes(signal)])
    const own = here.filter(({ starter }) => !starter).sort((a, b) => b.fileBytes - a.fileBytes)
    const [largest] = own
    const fixable = { fixable: unfinished > 0 }
    const room = { freeBytes, totalBytes, unfinishedBytes: unfinished }
    if (largest === undefined) return issue(`${code}_elsewhere`, room, fixable)
    const modelsBytes = own.reduce((sum, { fileBytes }) => sum + fileBytes, 0)
    return issue(
      code,
      { ...room, modelsBytes, largest: largest.id, largestBytes: largest.fileBytes },
      fixable,
    )
  },
  fix: removeUnfinished,
})

/** The folders may lie on two disks; the one with less room counts. */
function tightest(disks: BoxHealth['disks']): { freeBytes: number; totalBytes: number } | null {
  const known = disks.flatMap(({ availableBytes, totalBytes }) =>
    availableBytes === null || totalBytes === null ? [] : [{ freeBytes: availableBytes, totalBytes }],
  )
  return known.sort((a, b) => a.freeBytes - b.freeBytes)[0] ?? null
}
