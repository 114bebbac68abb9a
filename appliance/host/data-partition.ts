// The door to cryptsetup(8) and systemd-cryptenroll(1): how the partition of the household's data is encrypted, and a key that opens it
// where the machine's TPM does not. Both need root. The key comes from the program's output and is nowhere else: in no argument list,
// no file, no error.
import { z } from 'zod'
import { recoveryKeySchema } from '../contracts/system.ts'
import { HobError } from '../errors.ts'
import { runProgram } from './program.ts'

/** By the name that the image's first start gives it (image/mkosi.images/initrd). */
export const dataPartition = '/dev/disk/by-partlabel/hob_data'

export interface Seal {
  /** `aes-xts-plain64` */
  readonly cipher: string
  readonly keyBits: number
  readonly byTpm: boolean
  readonly recoveryKey: boolean
}

/** LUKS2 On-Disk Format Specification, §3: each has its number for a name; a token's type is its maker's word. */
const headerSchema = z.object({
  keyslots: z.record(z.string(), z.object({ key_size: z.number().int().positive() })),
  tokens: z.record(z.string(), z.object({ type: z.string(), keyslots: z.array(z.string()) })),
  segments: z.record(z.string(), z.object({ encryption: z.string() })),
})

/** cryptsetup(8), RETURN CODES: what it was given is no LUKS device. One that is not there is 4. */
const notLuks = 1

/** Null: it is not encrypted. Throws program_missing and host_failed. */
export async function readSeal(device: string): Promise<Seal | null> {
  const args = ['luksDump', '--dump-json-metadata', '--', device]
  const text = await runProgram('cryptsetup', args, { answers: (status) => status === notLuks })
  if (text === '') return null
  const { keyslots, tokens, segments } = headerSchema.parse(JSON.parse(text))
  const has = (type: string): boolean =>
    Object.values(tokens).some((token) => token.type === type && token.keyslots.length > 0)
  return {
    cipher: Object.values(segments)[0]?.encryption ?? '',
    keyBits: 8 * (Object.values(keyslots)[0]?.key_size ?? 0),
    byTpm: has('systemd-tpm2'),
    recoveryKey: has('systemd-recovery'),
  }
}

/**
 * A new recovery key; those before it open nothing any more. One at a time: of two that run at once, neither wipes the other's. `tpm`
 * is what the program calls a device. Throws program_missing, and host_failed where this TPM does not open the partition.
 */
export async function makeRecoveryKey(device: string, tpm = 'auto'): Promise<string> {
  const program = 'systemd-cryptenroll'
  const args = [`--unlock-tpm2-device=${tpm}`, '--recovery-key', '--wipe-slot=recovery', '--', device]
  // a TPM takes seconds where a processor takes microseconds
  const key = (await runProgram(program, args, { timeoutMs: 50_000 })).trim()
  // before anybody puts away what opens nothing
  if (!recoveryKeySchema.safeParse({ key }).success)
    throw new HobError('host_failed', { program, detail: 'what it wrote is no recovery key' })
  return key
}
