// One thread of the bandwidth measurement: keeps two buffers of its own and runs a pass over them each time the gate
// opens. Started by bandwidth.ts alone.
import { parentPort, workerData } from 'node:worker_threads'
import type { Gate, PassTimes } from './bandwidth.ts'

const { bytes, gate }: { bytes: number; gate: Gate } = workerData
// Filling touches every page: the first pass must not pay for the kernel's zeroing. Equal contents, so that a
// comparison reads both buffers to their ends.
const source = Buffer.alloc(bytes, 0x5a)
const target = Buffer.alloc(bytes, 0x5a)
const round = new Int32Array(gate)

tell('ready')
for (let done = 0; ; ) {
  Atomics.wait(round, 0, done)
  const next = Atomics.load(round, 0)
  if (next < 0) break
  if (next === done) continue
  done = next
  const started = now()
  const copies = next % 2 === 0
  if (copies) source.copy(target)
  else source.compare(target)
  const times: PassTimes = { kind: copies ? 'copy' : 'read', startedMs: started, endedMs: now() }
  tell(times)
}

/** Milliseconds on a clock that all threads share. */
function now(): number {
  return performance.timeOrigin + performance.now()
}

function tell(message: PassTimes | 'ready'): void {
  // A thread's port has no origin to name, which a window's has.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(message)
}
