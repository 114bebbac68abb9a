// Stands in for systemd-cryptenroll(1) where the TPM opens the partition: the key on one stream, the words about it on the other.
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { begin, changeState, fail, readState } from './state.ts'

const args = begin('systemd-cryptenroll')
const device = args.at(-1) ?? ''
const keysOf = (): string[] => {
  const partition = readState().partitions[device]
  if (partition === undefined) fail(`Failed to open device: ${device}: No such file or directory`)
  if (!partition.isEncrypted) fail(`Failed to load LUKS2 superblock of ${device}: Invalid argument`)
  return partition.keys
}
const keep = (keys: string[]): void =>
  changeState({ partitions: { ...readState().partitions, [device]: { isEncrypted: true, keys } } })
const modhex = 'cbdefghijklnrtuv'
const group = (): string => Array.from({ length: 8 }, () => modhex[randomInt(modhex.length)]).join('')

const before = keysOf()
// what a TPM takes: of two runs at once, the second begins before the first has ended
await sleep(300)
const key = Array.from({ length: 8 }, group).join('-')
keep([...keysOf(), key])
process.stderr.write('A secret recovery key has been generated for this volume:\n\n    🔐 ')
process.stdout.write(`${key}\n`)
process.stderr.write('\nNew recovery key enrolled as key slot 1.\n')
if (args.includes('--wipe-slot=recovery')) keep(keysOf().filter((one) => !before.includes(one)))
