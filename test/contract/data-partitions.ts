// What the door appliance/host/data-partition.ts promises: held against cryptsetup and systemd-cryptenroll with a TPM in software, and
// against the fakes that stand in for them.
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { makeRecoveryKey, readSeal } from '#appliance/host/data-partition.ts'

export interface PartitionsUnderTest {
  readonly plain: string
  /** For the TPM, and nothing else opens it yet. */
  readonly sealed: string
  readonly tpm: string
}

/** The programs are on the PATH of whoever runs this. */
export function dataPartitions(open: () => PartitionsUnderTest): void {
  const opens = (device: string, key: string): boolean => {
    const args = ['open', '--test-passphrase', '--key-file', '-', '--', device]
    return spawnSync('cryptsetup', args, { input: key }).status === 0
  }
  const seal = { cipher: 'aes-xts-plain64', keyBits: 512, byTpm: true }

  test('a partition is plain, or encrypted and opened by the TPM; one that is not there is an error', async () => {
    const { plain, sealed } = open()
    expect(await readSeal(plain)).toBeNull()
    expect(await readSeal(sealed)).toEqual({ ...seal, recoveryKey: false })
    await expect(readSeal(`${plain}-gone`)).rejects.toMatchObject({ code: 'host_failed' })
  })

  test('a recovery key opens it, and a newer one makes it worthless', async () => {
    const { sealed, tpm } = open()
    const first = await makeRecoveryKey(sealed, tpm)
    expect(first).toMatch(/^[b-lnrtuv]{8}(-[b-lnrtuv]{8}){7}$/)
    expect(opens(sealed, first)).toBe(true)
    expect(await readSeal(sealed)).toEqual({ ...seal, recoveryKey: true })
    const second = await makeRecoveryKey(sealed, tpm)
    expect(opens(sealed, second)).toBe(true)
    expect(opens(sealed, first)).toBe(false)
    expect(await readSeal(sealed)).toEqual({ ...seal, recoveryKey: true })
  })

  test('what is not encrypted has none', async () => {
    const { plain, tpm } = open()
    await expect(makeRecoveryKey(plain, tpm)).rejects.toMatchObject({ code: 'host_failed' })
  })
}
