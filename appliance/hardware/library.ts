// The one door to systeminformation: what macOS says of itself, and on Linux the memory modules where only root's
// dmidecode knows them. Its answers are parsed before anything trusts them. Owns no state.
import { z } from '@hono/zod-openapi'
import si from 'systeminformation'

const text = z.string().catch('')
const number = z.number().nonnegative().catch(0)

/** Zero and the empty string are how systeminformation says "unknown"; mac.ts turns them into reasons. */
const macFactsSchema = z.object({
  release: text,
  system: z.object({ manufacturer: text, model: text, virtual: z.boolean().catch(false) }),
  firmware: text,
  cpu: z.object({
    manufacturer: text,
    brand: text,
    flags: text,
    cores: number,
    physicalCores: number,
    performanceCores: number.optional(),
    cache: z.object({ l2: number, l3: number }).catch({ l2: 0, l3: 0 }),
  }),
  memory: z.object({ total: number, available: number, swaptotal: number }),
  modules: z
    .array(z.object({ type: text, clockSpeed: z.number().nonnegative().nullable().catch(null) }))
    .catch([]),
  graphics: z
    .array(z.object({ vendor: text, model: text, vram: z.number().nonnegative().nullable().catch(null) }))
    .catch([]),
  disks: z.array(z.object({ device: text, name: text, type: text, size: number })).catch([]),
})
export type MacFacts = z.infer<typeof macFactsSchema>

export interface Library {
  /** null where it is not macOS, or did not answer. */
  mac(): Promise<MacFacts | null>
  memoryModules(): Promise<{ readonly type: string; readonly speedMTps: number }[]>
}

interface LibraryParts {
  readonly platform: string
  /** dmidecode answers to root alone; for others it is not started. */
  readonly isRoot: boolean
  readonly timeoutMs: number
}

export function createLibrary({ platform, isRoot, timeoutMs }: LibraryParts): Library {
  return {
    mac: async () => {
      if (platform !== 'darwin') return null
      const answer = await within(
        Promise.all([
          si.osInfo(),
          si.system(),
          si.bios(),
          si.cpu(),
          si.mem(),
          si.memLayout(),
          si.graphics(),
          si.diskLayout(),
        ]),
        timeoutMs,
      )
      if (answer === null) return null
      const [os, system, bios, cpu, memory, modules, graphics, disks] = answer
      return parseMac({
        release: os.release,
        system,
        firmware: bios.version,
        cpu,
        memory,
        modules,
        graphics: graphics.controllers,
        disks,
      })
    },
    memoryModules: async () => {
      if (platform !== 'linux' || !isRoot) return []
      const modules = await within(si.memLayout(), timeoutMs)
      return (modules ?? []).map(({ type, clockSpeed }) => ({ type, speedMTps: Math.round(clockSpeed ?? 0) }))
    },
  }
}

/** What a recorded Mac's answers are read with, too. */
export function parseMac(raw: unknown): MacFacts | null {
  const parsed = macFactsSchema.safeParse(raw)
  return parsed.success ? parsed.data : null
}

async function within<Value>(answer: Promise<Value>, timeoutMs: number): Promise<Value | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, timeoutMs, null)
  try {
    return await Promise.race([answer, late])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}
