// Which instruction-set level a processor has, from its flags: the x86-64 psABI's levels, and for Arm the extensions
// that llama.cpp has code paths for. Pure.
import type { isaLevels } from '#appliance/contracts/hardware.ts'

export type IsaLevel = (typeof isaLevels)[number]

/** x86-64 psABI, "Micro-architecture levels", in /proc/cpuinfo's spelling (pni is SSE3, abm holds LZCNT). */
const x86Levels: readonly (readonly [IsaLevel, readonly string[]])[] = [
  ['x86-64-v2', ['cx16', 'lahf_lm', 'popcnt', 'pni', 'sse4_1', 'sse4_2', 'ssse3']],
  ['x86-64-v3', ['avx', 'avx2', 'bmi1', 'bmi2', 'f16c', 'fma', 'abm', 'movbe']],
  ['x86-64-v4', ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl']],
]

/** Those that change how fast a model runs. */
const matters = new Set([
  'avx',
  'avx2',
  'f16c',
  'fma',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'avx_vnni',
  'amx_int8',
  'amx_bf16',
  'asimddp',
  'asimdhp',
  'i8mm',
  'bf16',
  'sve',
  'sve2',
])

export function isaLevelOf(
  architecture: 'x64' | 'arm64' | 'other',
  flags: ReadonlySet<string>,
): IsaLevel | null {
  if (flags.size === 0 || architecture === 'other') return null
  if (architecture === 'arm64') {
    if (flags.has('i8mm') && flags.has('asimddp')) return 'armv8.6-a+i8mm'
    return flags.has('asimddp') ? 'armv8.2-a+dotprod' : 'armv8-a'
  }
  let level: IsaLevel = 'x86-64-v1'
  for (const [next, needed] of x86Levels) {
    if (!needed.every((flag) => flags.has(flag))) break
    level = next
  }
  return level
}

export const extensionsOf = (flags: ReadonlySet<string>): string[] =>
  [...flags].filter((flag) => matters.has(flag)).sort()
