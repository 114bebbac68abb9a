// The door to smartctl(8): what a disk says of its own health. Needs root. The program's exit status is a set of bits, most of which
// are about the disk and not about the program (smartctl(8), EXIT STATUS): its JSON says the same in words.
import { z } from 'zod'
import type { DiskHealth } from '../contracts/system.ts'
import { runProgram } from './program.ts'

export type DiskAccount = Omit<DiskHealth, 'device' | 'sizeBytes'>

const count = z.number().nonnegative()
const attribute = z.object({
  id: z.number(),
  value: z.number().default(0),
  when_failed: z.string().default(''),
  raw: z.object({ value: z.number() }),
})
const accountSchema = z.object({
  model_name: z.string().optional(),
  scsi_model_name: z.string().optional(),
  smart_status: z.object({ passed: z.boolean() }).optional(),
  temperature: z.object({ current: z.number() }).optional(),
  endurance_used: z.object({ current_percent: count }).optional(),
  nvme_smart_health_information_log: z
    .object({
      critical_warning: z.number().int().default(0),
      percentage_used: count.optional(),
      media_errors: count.default(0),
    })
    .optional(),
  ata_smart_attributes: z.object({ table: z.array(attribute).max(256) }).optional(),
  smartctl: z.object({
    exit_status: z.number().int(),
    messages: z.array(z.object({ string: z.string() })).default([]),
  }),
})
type Account = z.infer<typeof accountSchema>

/** NVM Express base specification, “SMART / Health Information”, critical warning. */
const warnings = { spareLow: 1, unreliable: 4, readOnly: 8 } as const
/** Pending and uncorrectable sectors. */
const lostSectors = [197, 198] as const
/** What makers of SSDs keep the rest of their life in, as 100 and falling. */
const lifeLeft = [231, 233, 202, 177] as const
/** EXIT STATUS, bit 1: could not be opened, or sleeps. */
const notOpened = 2

/** `device` is one of the kernel's own names. Throws program_missing and host_failed. */
export async function readDiskHealth(device: string): Promise<DiskAccount> {
  const args = ['--json', '--nocheck=standby', '--info', '--health', '--attributes', '--', device]
  const text = await runProgram('smartctl', args, { timeoutMs: 20_000, answers: () => true })
  return judge(accountSchema.parse(JSON.parse(text)))
}

function judge(account: Account): DiskAccount {
  const reason = whyFailing(account)
  const told = {
    model: account.model_name ?? account.scsi_model_name ?? null,
    temperatureC: account.temperature?.current ?? null,
    wearPercent: wearOf(account),
  }
  if (reason !== null) return { ...told, health: 'failing', reason }
  if (account.smart_status?.passed === true) return { ...told, health: 'ok', reason: null }
  return { ...told, health: 'unknown', reason: whyUnknown(account) }
}

function whyUnknown({ smartctl: { exit_status: status, messages } }: Account): DiskAccount['reason'] {
  if ((status & notOpened) === 0) return 'keeps_none'
  const sleeps = messages.some(({ string: said }) => /\b(STANDBY|SLEEP)\S* .*mode/.test(said))
  return sleeps ? 'asleep' : 'cannot_be_asked'
}

function whyFailing(account: Account): DiskAccount['reason'] {
  const { smart_status: status, nvme_smart_health_information_log: nvme } = account
  const table = account.ata_smart_attributes?.table ?? []
  const warned = (bit: number): boolean => ((nvme?.critical_warning ?? 0) & bit) !== 0
  if (warned(warnings.readOnly)) return 'read_only'
  if (warned(warnings.spareLow)) return 'spare_low'
  if (status?.passed === false || warned(warnings.unreliable)) return 'failed_itself'
  if (table.some(({ when_failed: when }) => when === 'now')) return 'attribute_failed'
  const lost = table.some(({ id, raw }) => lostSectors.some((one) => one === id) && raw.value > 0)
  return lost || (nvme?.media_errors ?? 0) > 0 ? 'data_lost' : null
}

function wearOf({
  endurance_used: used,
  nvme_smart_health_information_log: nvme,
  ...rest
}: Account): number | null {
  const told = used?.current_percent ?? nvme?.percentage_used
  if (told !== undefined) return told
  const table = rest.ata_smart_attributes?.table ?? []
  for (const wanted of lifeLeft) {
    const found = table.find(({ id }) => id === wanted)
    if (found !== undefined && found.value <= 100) return 100 - found.value
  }
  return null
}
