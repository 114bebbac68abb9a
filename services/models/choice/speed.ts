// Predicts tokens a second of one conversation with a short context: every token reads the active weights once, so
// memory bandwidth decides. Pure.
import type { Machine } from './machine.ts'
import type { Subject } from './subject.ts'

/** Of the bandwidth, what generation was seen to reach: dense models 0.70 to 0.76, mixtures of experts about 0.5. */
const efficiency = { dense: 0.7, mixtureOfExperts: 0.5 } as const

/** Tokens already in the context when the speed is stated. */
const shortContextTokens = 512

/** What a token costs besides reading memory, in seconds (0.8 ms measured in node-llama-cpp). */
const perTokenSeconds = 0.0008

export function predictTokensPerSecond(subject: Subject, machine: Machine, gpuLayers: number): number {
  const layers = Math.max(subject.layers.length, 1)
  const share = Math.min(gpuLayers, layers) / layers
  const cache = subject.layers.reduce(
    (bytes, layer) =>
      bytes + layer.keyValueElements * 2 * Math.min(shortContextTokens, layer.window ?? shortContextTokens),
    0,
  )
  const bytes = subject.activeBytes + cache
  const reach = subject.mixtureOfExperts ? efficiency.mixtureOfExperts : efficiency.dense
  const seconds = (part: number, bandwidthGBps: number): number =>
    (bytes * part) / (reach * bandwidthGBps * 1e9)
  const device = machine.accelerator
  const total =
    device === null
      ? seconds(1, machine.bandwidthGBps)
      : seconds(share, device.bandwidthGBps) + seconds(1 - share, machine.bandwidthGBps)
  return 1 / (total + perTokenSeconds)
}
