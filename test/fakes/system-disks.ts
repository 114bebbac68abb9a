// The fake machine's disks: one of each kind, how they are encrypted, and the key that it makes.
import type { DiskHealth, Encryption } from '#appliance/contracts/system.ts'

export const disks = (): DiskHealth[] => [
  {
    device: '/dev/nvme0n1',
    model: 'Samsung SSD 980 500GB',
    sizeBytes: 500_107_862_016,
    health: 'ok',
    reason: null,
    temperatureC: 41,
    wearPercent: 7,
  },
  {
    device: '/dev/sda',
    model: 'WDC WD10EZEX',
    sizeBytes: 1_000_204_886_016,
    health: 'failing',
    reason: 'data_lost',
    temperatureC: 47,
    wearPercent: null,
  },
  {
    device: '/dev/sdb',
    model: null,
    sizeBytes: 30_752_636_928,
    health: 'unknown',
    reason: 'keeps_none',
    temperatureC: null,
    wearPercent: null,
  },
]

export const sealed = (): Extract<Encryption, { state: 'encrypted' }> => ({
  state: 'encrypted',
  cipher: 'aes-xts-plain64',
  keyBits: 512,
  byTpm: true,
  recoveryKey: false,
})

export const recoveryKey = 'vbebflbg-tfbfcure-ecltuucu-rhbredkf-thvjhutv-brhhdtkt-ggetdvbf-dnfhjrgn'
