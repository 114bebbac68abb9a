// How busy the machine is: read from the system only when somebody asks or watches, so that idle costs nothing.

import { readFileSync } from 'node:fs'
import { cpus, freemem, totalmem } from 'node:os'
import type { Status } from '#appliance/contracts/box.ts'

type Load = Status['load']
export type LoadSampler = () => Load

interface Ticks {
  busy: number
  all: number
}

/** Remembers the last reading: the CPU's share is that of the time between two. */
export function createLoadSampler(): LoadSampler {
  let last: Ticks = readTicks()
  let lastShare: number | null = null
  return () => {
    const now = readTicks()
    const all = now.all - last.all
    // under 200 ms the ticks are too coarse to say anything
    if (all >= 20 * cpus().length) {
      lastShare = Math.min(1, Math.max(0, (now.busy - last.busy) / all))
      last = now
    }
    return { cpu: lastShare, memoryTotalBytes: totalmem(), memoryAvailableBytes: availableBytes() }
  }
}

function readTicks(): Ticks {
  const times = cpus().map((cpu) => cpu.times)
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0)
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) }
}

/** Linux counts caches that it would give back as available; os.freemem() elsewhere. */
function availableBytes(): number {
  if (process.platform !== 'linux') return freemem()
  const match = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))
  return match === null ? freemem() : Number(match[1]) * 1024
}
