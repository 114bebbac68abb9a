// What an image is made of: the packages that mkosi says it has put in, and those of npm that the program brings. Two uses: pins.json,
// which says in a diff what a new build has newer, and the software bill of materials beside an image.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runtimePackages } from '../systemd/runtime.ts'

const debianSchema = z.object({
  packages: z.array(z.object({ name: z.string(), version: z.string(), architecture: z.string() })),
})
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      // an older way to say one of several
      license: z.union([z.string(), z.array(z.string()).transform((all) => all.join(' OR '))]).optional(),
      name: z.string().optional(),
    }),
  ),
})

export interface DebianPackage {
  name: string
  version: string
  architecture: string
}
export interface NpmPackage {
  name: string
  version: string
  /** Subresource integrity, as package-lock.json has it. */
  integrity: string | undefined
  license: string | undefined
}

export const debianPackages = (file: string): DebianPackage[] =>
  debianSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).packages

/** Those that a copy of the program takes along, of a repository; one that several others bring is one. */
export function npmPackages(repository: string): NpmPackage[] {
  const lock = readFileSync(join(repository, 'package-lock.json'), 'utf8')
  const { packages } = lockSchema.parse(JSON.parse(lock))
  const taken = runtimePackages(repository)
  const found = Object.entries(packages)
    .filter(([path]) => taken.has(path))
    .map(([path, { name, version, integrity, license }]) => ({
      name: name ?? path.replace(/^.*node_modules\//, ''),
      version: version ?? '',
      integrity,
      license,
    }))
  return [...new Map(found.map((one) => [`${one.name}@${one.version}`, one])).values()]
}

/** name → version, of all that the image has from Debian. */
export const pinsOf = (packages: readonly DebianPackage[]): Record<string, string> =>
  Object.fromEntries(packages.map(({ name, version }) => [name, version]))

/** What one has and the other has not, or has in another version; in words. */
export function differences(
  pinned: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): string[] {
  const names = [...new Set([...Object.keys(pinned), ...Object.keys(found)])].sort()
  return names
    .filter((name) => pinned[name] !== found[name])
    .map((name) => `${name}: ${pinned[name] ?? 'not pinned'} → ${found[name] ?? 'gone'}`)
}

interface Model {
  name: string
  file: string
}

/** CycloneDX 1.6 (ECMA-424), in JSON. */
export function billOfMaterials(uses: {
  version: string
  time: Date
  debian: readonly DebianPackage[]
  npm: readonly NpmPackage[]
  models: readonly Model[]
}): string {
  const { version, time, debian, npm, models } = uses
  const components = [
    ...debian.map((one) => ({
      type: 'library',
      name: one.name,
      version: one.version,
      purl: `pkg:deb/debian/${encodeURIComponent(one.name)}@${encodeURIComponent(one.version)}?arch=${one.architecture}&distro=trixie`,
    })),
    ...npm.map((one) => ({
      type: 'library',
      name: one.name,
      version: one.version,
      purl: `pkg:npm/${one.name.replace('@', '%40')}@${one.version}`,
      ...(one.integrity === undefined ? {} : { hashes: hashesOf(one.integrity) }),
      ...(one.license === undefined ? {} : { licenses: [{ expression: one.license }] }),
    })),
    ...models.map(({ name, file }) => ({
      type: 'machine-learning-model',
      name,
      hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(readFileSync(file)).digest('hex') }],
    })),
  ]
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: time.toISOString(),
      component: { type: 'operating-system', name: 'hob', version },
    },
    components: components.map((one, at) => ({ 'bom-ref': String(at), ...one })),
  }
  return `${JSON.stringify(bill, null, 1)}\n`
}

function hashesOf(integrity: string): { alg: string; content: string }[] {
  const algorithms: Readonly<Record<string, string>> = { sha512: 'SHA-512', sha256: 'SHA-256', sha1: 'SHA-1' }
  return integrity.split(' ').flatMap((one) => {
    const [algorithm = '', value = ''] = one.split(/-(.*)/)
    const alg = algorithms[algorithm]
    return alg === undefined ? [] : [{ alg, content: Buffer.from(value, 'base64').toString('hex') }]
  })
}
