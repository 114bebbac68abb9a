// Stands in for cryptsetup(8): the header of a partition, and whether a key opens it; in the words of 2.7.
import { readFileSync } from 'node:fs'
import { begin, fail, readState } from './state.ts'

const args = begin('cryptsetup')
const device = args.at(-1) ?? ''
const partition = readState().partitions[device]
if (partition === undefined) fail(`Device ${device} does not exist or access denied.`, 4)
if (!partition.isEncrypted) fail(`Device ${device} is not a valid LUKS device.`)
const slot = { type: 'luks2', key_size: 64 }
const { keys } = partition
if (args[0] === 'luksDump') {
  const recovery = keys.map((_, index) => [
    String(index + 1),
    { type: 'systemd-recovery', keyslots: [String(index + 1)] },
  ])
  process.stdout.write(
    JSON.stringify({
      keyslots: Object.fromEntries([['0', slot], ...keys.map((_, index) => [String(index + 1), slot])]),
      tokens: Object.fromEntries([['0', { type: 'systemd-tpm2', keyslots: ['0'] }], ...recovery]),
      segments: { 0: { type: 'crypt', encryption: 'aes-xts-plain64', sector_size: 4096 } },
    }),
  )
} else if (args.includes('--test-passphrase')) {
  if (!keys.includes(readFileSync(0, 'utf8'))) fail('No key available with this passphrase.', 2)
} else fail('Unknown action.')
