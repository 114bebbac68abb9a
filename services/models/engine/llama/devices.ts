// What llama.cpp sees of this machine with one backend. Runs in a disposable process: drivers hang and crash.
import os from 'node:os'
import type { LlamaDevice } from '#appliance/contracts/hardware.ts'
import type { Log } from '#appliance/log.ts'
import { openLlama } from './load.ts'

/** Mesa's and Google's software rasterisers call themselves so. */
const softwareAdapter = /llvmpipe|lavapipe|softpipe|swiftshader|software/i

export async function askDevices(
  backend: LlamaDevice['backend'],
  log: Log,
): Promise<{ version: string; devices: LlamaDevice[] }> {
  const llama = await openLlama(backend, 1, log)
  const version = llama.llamaCppRelease.release
  if (backend === 'cpu') {
    const name = os.cpus()[0]?.model.trim() ?? 'CPU'
    const device = {
      backend,
      name,
      totalBytes: os.totalmem(),
      freeBytes: os.freemem(),
      unified: true,
      software: false,
    }
    return { version, devices: [device] }
  }
  const names = await llama.getGpuDeviceNames()
  const memory = await llama.getVramState()
  // Memory is told for all together; the parent shows this process one device at a time where it can.
  const devices = names.map((name) => ({
    backend,
    name,
    totalBytes: Math.round(memory.total / names.length),
    freeBytes: Math.round(memory.free / names.length),
    unified: memory.unifiedSize > 0,
    software: softwareAdapter.test(name),
  }))
  return { version, devices }
}
