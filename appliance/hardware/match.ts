// Which profile fits a machine. Pure: the fact sheet and the profiles in, one profile and the facts that decided out.
// A machine's own profile beats a generic one, more conditions beat fewer, the id breaks what is left of a tie.
import type { Fact, FactSheet, HardwareProfile, MatchedProfile } from '#appliance/contracts/hardware.ts'
import { HobError } from '#appliance/errors.ts'

type Conditions = HardwareProfile['match'][number]

const gib = 1024 ** 3
/** Firmware, kernel and graphics keep a part: an 8 GiB machine shows 7.4 to 7.9 GiB. Thresholds mean what is built in. */
const shown = 0.92

/** Throws `internal` when not even the catch-all profile is there: the profiles' folder is not Hob's. */
export function matchProfile(facts: FactSheet, profiles: readonly HardwareProfile[]): MatchedProfile {
  let best: { profile: HardwareProfile; because: string[]; rank: readonly number[] } | null = null
  for (const profile of profiles)
    for (const conditions of profile.match) {
      const because = holds(facts, conditions)
      if (because === null) continue
      const rank = [profile.kind === 'machine' ? 1 : 0, Object.keys(conditions).length]
      if (
        best === null ||
        compare(rank, best.rank) > 0 ||
        (compare(rank, best.rank) === 0 && profile.id < best.profile.id)
      )
        best = { profile, because, rank }
    }
  if (best === null)
    throw new HobError(
      'internal',
      { requestId: '-' },
      { cause: new Error('no profile matches, not even a generic one') },
    )
  const { profile, because } = best
  const exact = profile.kind === 'machine'
  return {
    profile,
    because: exact
      ? because
      : ['no profile of this very machine is known, so one of its class was taken', ...because],
    exact,
  }
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = value - (other[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The reasons in words when every condition holds, else null. */
function holds(facts: FactSheet, conditions: Conditions): string[] | null {
  const because: string[] = []
  const text = (fact: Fact<string>, pattern: string | undefined, what: string): boolean => {
    if (pattern === undefined) return true
    if (fact.status !== 'known' || !new RegExp(pattern, 'iu').test(fact.value)) return false
    because.push(`${what} is “${fact.value}”`)
    return true
  }
  const { machine, cpu, os } = facts
  if (!text(machine.vendor, conditions.vendor, 'the maker')) return null
  if (!text(machine.product, conditions.product, 'the product')) return null
  if (!text(machine.board, conditions.board, 'the board')) return null
  if (!text(cpu.model, conditions.cpu, 'the processor')) return null
  if (conditions.pci !== undefined) {
    const ids = [...facts.gpus, ...facts.npus].flatMap(({ name, pciId }) =>
      pciId.status === 'known' ? [{ name, id: pciId.value }] : [],
    )
    const found = ids.find(({ id }) => conditions.pci?.includes(id))
    if (found === undefined) return null
    because.push(`${found.name} (${found.id}) is built in`)
  }
  if (conditions.platform !== undefined) {
    if (os.platform !== conditions.platform) return null
    because.push(`it runs ${conditions.platform === 'darwin' ? 'macOS' : 'Linux'}`)
  }
  if (conditions.architecture !== undefined) {
    if (cpu.architecture !== conditions.architecture) return null
    because.push(`the architecture is ${conditions.architecture}`)
  }
  if (conditions.isaLevel !== undefined) {
    if (cpu.isaLevel.status !== 'known' || cpu.isaLevel.value !== conditions.isaLevel) return null
    because.push(`the instruction set is ${conditions.isaLevel}`)
  }
  return memoryHolds(facts, conditions, because) ? because : null
}

function memoryHolds(facts: FactSheet, conditions: Conditions, because: string[]): boolean {
  const { memoryAtLeastGiB: least, memoryBelowGiB: below } = conditions
  if (least === undefined && below === undefined) return true
  const bytes = builtInBytes(facts)
  if (bytes === null) return false
  if (least !== undefined && bytes < least * gib * shown) return false
  if (below !== undefined && bytes >= below * gib * shown) return false
  because.push(`it has ${(bytes / gib).toFixed(1)} GiB of memory`)
  return true
}

/** What a machine below the floor goes without, in words: also one whose profile is of better-equipped siblings. */
export function belowFloor(facts: FactSheet): string[] {
  const { isaLevel } = facts.cpu
  const bytes = builtInBytes(facts)
  const weak = ['x86-64-v1', 'x86-64-v2', 'armv8-a'].includes(
    isaLevel.status === 'known' ? isaLevel.value : '',
  )
  return [
    ...(weak
      ? ['Its processor lacks what models calculate with (AVX2, the dot product): everything is much slower.']
      : []),
    ...(bytes !== null && bytes < 8 * gib * shown
      ? ['Less than 8 GiB of memory: the starter model with short conversations runs, and little beside it.']
      : []),
  ]
}

/** Memory with the carve-outs of integrated graphics, which are part of it; or the limit that is set below that. */
export function builtInBytes({ memory, gpus }: FactSheet): number | null {
  if (memory.limitBytes.status === 'known') return memory.limitBytes.value
  if (memory.totalBytes.status !== 'known') return null
  const carvedOut = gpus.flatMap((gpu) =>
    gpu.integrated && gpu.memoryBytes.status === 'known' ? [gpu.memoryBytes.value] : [],
  )
  return carvedOut.reduce((sum, bytes) => sum + bytes, memory.totalBytes.value)
}
