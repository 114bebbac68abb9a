// Measures how fast this machine's memory is read and copied, briefly. Asked for separately from the probe, so that
// the models service does it once and keeps the figure. Owns nothing after it returned.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Fact } from '#appliance/contracts/hardware.ts'
import { known, notMeasured } from './read.ts'

export type Gate = SharedArrayBuffer
export interface PassTimes {
  readonly kind: 'read' | 'copy'
  readonly startedMs: number
  readonly endedMs: number
}

export interface Bandwidth {
  /** Bytes read, 10⁹ a second; what generating tokens lives on. */
  readonly readGBps: number
  /** Bytes read plus bytes written, 10⁹ a second. */
  readonly copyGBps: number
  readonly threads: number
  /** Each thread works on two buffers of this size. */
  readonly bytesPerBuffer: number
  readonly passes: number
}

interface BandwidthParts {
  readonly usableCpus: number
  /** At most a quarter of it is used. */
  readonly availableBytes: number
  readonly lastLevelCacheBytes: number
  /** For the passes; starting the threads and filling their buffers comes on top, about as much again. */
  readonly passesMs?: number
  /** Beyond it the measurement is given up. */
  readonly timeoutMs?: number
}

const mib = 1024 * 1024
const maxThreads = 8

/**
 * Best pass over all threads together, in GB/s (10⁹ bytes), each pass timed from the first thread's start to the last
 * one's end. Reading compares two equal buffers to their ends (libc memcmp) and counts both; copying (libc memmove)
 * counts what is read and what is written.
 *
 * It is no STREAM figure: STREAM runs compiled loops over doubles, at least ten times, with threads bound to cores.
 * What stays the same is arrays beyond the last cache, the best of several, and that the write-allocate read of a copy
 * is not counted. libc may store past the cache, which lifts the copy; unbound threads and few passes lower both. On a
 * machine that is busy the figure is too low and never too high, so the larger of two measurements is the better one.
 */
export async function measureBandwidth(parts: BandwidthParts): Promise<Fact<Bandwidth>> {
  const { usableCpus, availableBytes, lastLevelCacheBytes, passesMs = 120, timeoutMs = 4000 } = parts
  const affordable = Math.floor(availableBytes / 4 / (2 * 64 * mib))
  const threads = Math.min(maxThreads, Math.max(1, Math.floor(usableCpus)), affordable)
  if (threads < 1) return notMeasured('too little memory is free to measure beyond the cache')
  const bytesPerBuffer = Math.max(64 * mib, Math.ceil((4 * lastLevelCacheBytes) / (2 * threads)))
  if (bytesPerBuffer * 2 * threads > availableBytes / 2)
    return notMeasured('too little memory is free to measure beyond the cache')

  const gate: Gate = new SharedArrayBuffer(4)
  const workers = Array.from(
    { length: threads },
    () =>
      new Worker(new URL('./bandwidth-worker.ts', import.meta.url), {
        workerData: { bytes: bytesPerBuffer, gate },
      }),
  )
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const best = await runPasses({ workers, gate, bytesPerBuffer, passesMs, signal })
    if (!(best.read > 0 && best.copy > 0)) return notMeasured('the clock was too coarse for the passes')
    const rounded = (value: number): number => Math.round(value * 10) / 10
    return known(
      {
        readGBps: rounded(best.read),
        copyGBps: rounded(best.copy),
        threads,
        bytesPerBuffer,
        passes: best.passes,
      },
      `measured: best of ${best.passes} passes, ${threads} threads, 2 × ${Math.round(bytesPerBuffer / mib)} MiB each`,
    )
  } catch {
    return notMeasured(`the measurement did not end within ${timeoutMs} ms`)
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** The figure for the fact sheet. */
export const readBandwidth = (measured: Fact<Bandwidth>): Fact<number> =>
  measured.status === 'known' ? known(measured.value.readGBps, measured.source) : measured

interface Passes {
  readonly workers: readonly Worker[]
  readonly gate: Gate
  readonly bytesPerBuffer: number
  readonly passesMs: number
  readonly signal: AbortSignal
}

async function runPasses({ workers, gate, bytesPerBuffer, passesMs, signal }: Passes) {
  const answers = (): Promise<unknown[][]> =>
    Promise.all(workers.map((worker) => once(worker, 'message', { signal })))
  await answers()
  const round = new Int32Array(gate)
  const best = { read: 0, copy: 0, passes: 0 }
  const end = performance.now() + passesMs
  while (best.passes < 4 || (performance.now() < end && best.passes < 200)) {
    const done = answers()
    Atomics.add(round, 0, 1)
    Atomics.notify(round, 0)
    const times = (await done).map(([message]) => passTimes(message))
    const kind = times[0]?.kind ?? 'read'
    const ms =
      Math.max(...times.map((time) => time.endedMs)) - Math.min(...times.map((time) => time.startedMs))
    best[kind] = Math.max(best[kind], ms > 0 ? (2 * bytesPerBuffer * workers.length) / ms / 1e6 : 0)
    best.passes++
  }
  Atomics.store(round, 0, -1)
  Atomics.notify(round, 0)
  return best
}

function passTimes(message: unknown): PassTimes {
  if (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    'startedMs' in message &&
    'endedMs' in message
  ) {
    const { kind, startedMs, endedMs } = message
    if ((kind === 'read' || kind === 'copy') && typeof startedMs === 'number' && typeof endedMs === 'number')
      return { kind, startedMs, endedMs }
  }
  throw new TypeError('a thread of the measurement answered something else')
}
