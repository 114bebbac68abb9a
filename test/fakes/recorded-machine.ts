// A machine out of test/fixtures/hardware/<name>/files.json: the same `Host` that the live machine has, over a map of
// paths. Keeps nothing. Used by tests of whatever needs a machine that is not this one.
import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { asText, type Host } from '#appliance/hardware/host.ts'
import { type Library, parseMac } from '#appliance/hardware/library.ts'
import { createProbe, type Probe } from '#appliance/hardware/probe.ts'

/** Text per CPU: `{n}` is its number, `{even}` the even one of its pair, `{c8}` the number modulo 8; `+8` adds. */
const perCpu = z.array(z.strictObject({ cpus: z.string(), text: z.string() }))
const entry = z.union([z.string(), z.strictObject({ link: z.string() }), perCpu])

const expectedSchema = z.strictObject({
  profile: z.string(),
  vendor: z.string().nullable().optional(),
  product: z.string().nullable().optional(),
  board: z.string().optional(),
  model: z.string().optional(),
  isaLevel: z.string().optional(),
  virtualization: z.string().optional(),
  logicalCores: z.number().optional(),
  physicalCores: z.number().optional(),
  performanceCores: z.number().nullable().optional(),
  usableCpus: z.number().optional(),
  lastLevelCacheBytes: z.number().optional(),
  memoryType: z.string().optional(),
  speedMTps: z.number().optional(),
  limitBytes: z.number().optional(),
  /** What is built in, between these, carve-outs counted. */
  builtInGiB: z.tuple([z.number(), z.number()]).optional(),
  gpus: z.array(z.string()).optional(),
  gpuNames: z.array(z.string()).optional(),
  gpuMemoryBytes: z.number().optional(),
  integrated: z.boolean().optional(),
  npus: z.array(z.string()).optional(),
  npuNames: z.array(z.string()).optional(),
})

const machineSchema = z.strictObject({
  machine: z.string(),
  marked: z.enum(['recorded', 'reconstructed']),
  sources: z.array(z.url()),
  note: z.string().optional(),
  platform: z.enum(['linux', 'darwin']),
  architecture: z.enum(['x64', 'arm64']),
  files: z.record(z.string(), entry),
  /** What systeminformation answers on a Mac. */
  mac: z.unknown().optional(),
  expected: expectedSchema,
})
export type RecordedMachine = z.infer<typeof machineSchema>

const folder = new URL('../fixtures/hardware/', import.meta.url)

export const machineNames = (): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map((item) => item.name)
    .sort()

export const readMachineFile = (name: string): RecordedMachine =>
  machineSchema.parse(JSON.parse(readFileSync(new URL(`${name}/files.json`, folder), 'utf8')))

export type Content = Uint8Array | { readonly link: string }

export function contentsOf(machine: RecordedMachine): Map<string, Content> {
  const contents = new Map<string, Content>()
  const text = (path: string, value: string): unknown => contents.set(path, Buffer.from(value))
  for (const [path, value] of Object.entries(machine.files))
    if (typeof value === 'string') text(path, value)
    else if (!Array.isArray(value)) contents.set(path, value)
    else if (path.includes('{n}'))
      for (const { cpus, text: template } of value)
        for (const n of numbers(cpus)) text(fill(path, n), fill(template, n))
    else
      text(
        path,
        value.flatMap(({ cpus, text: template }) => numbers(cpus).map((n) => fill(template, n))).join('\n'),
      )
  return contents
}

export function hostOf(contents: ReadonlyMap<string, Content>): Host {
  return {
    readFile: async (path) => {
      const content = contents.get(path)
      return content instanceof Uint8Array ? asText(content) : { ok: false, reason: 'is not there' }
    },
    readLink: async (path) => {
      const content = contents.get(path)
      return content === undefined || content instanceof Uint8Array ? null : content.link
    },
    list: async (path) => {
      const inside = [...contents.keys()].filter((key) => key.startsWith(`${path}/`))
      return [...new Set(inside.map((key) => key.slice(path.length + 1).split('/')[0] ?? ''))].sort()
    },
    exists: async (path) => [...contents.keys()].some((key) => key === path || key.startsWith(`${path}/`)),
  }
}

export const noLibrary: Library = { mac: async () => null, memoryModules: async () => [] }

export const probeOf = (machine: RecordedMachine, contents = contentsOf(machine)): Probe =>
  createProbe({
    host: hostOf(contents),
    library: { ...noLibrary, mac: async () => parseMac(machine.mac) },
    platform: machine.platform,
    architecture: machine.architecture,
    now: () => new Date('2026-11-21T00:00:00Z'),
    timeoutMs: 10_000,
  })

function numbers(cpus: string): number[] {
  const [from, to] = cpus.split('-').map(Number)
  return Array.from({ length: (to ?? from ?? 0) - (from ?? 0) + 1 }, (_, index) => (from ?? 0) + index)
}

function fill(template: string, n: number): string {
  return template.replaceAll(
    /\{(n|core|even|c\d+)(?:\+(\d+))?\}/gu,
    (_, name: string, plus: string | undefined) => {
      const value =
        name === 'even' ? n - (n % 2) : name === 'n' || name === 'core' ? n : n % Number(name.slice(1))
      return String(value + Number(plus ?? 0))
    },
  )
}
