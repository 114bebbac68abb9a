// Who holds the memory: the models' processes, Hob's own services, everything else, nobody. The parts add up to the total.
import type { Status } from '#appliance/contracts/box.ts'

export interface MemoryPart {
  readonly kind: 'model' | 'services' | 'other' | 'free'
  readonly bytes: number
}

export function memoryParts({ load, services, models }: Status): readonly MemoryPart[] {
  const total = load.memoryTotalBytes
  const sum = (all: readonly (number | null)[]): number => all.reduce<number>((n, one) => n + (one ?? 0), 0)
  const model = Math.min(total, sum((models?.engines ?? []).map(({ residentBytes }) => residentBytes)))
  const own = Math.min(total - model, sum(services.map(({ residentBytes }) => residentBytes)))
  // Weights that are mapped from the file count as available too: what the model holds is not free as well.
  const free = Math.min(Math.max(0, load.memoryAvailableBytes), total - model - own)
  return [
    { kind: 'model', bytes: model },
    { kind: 'services', bytes: own },
    { kind: 'other', bytes: total - model - own - free },
    { kind: 'free', bytes: free },
  ]
}
