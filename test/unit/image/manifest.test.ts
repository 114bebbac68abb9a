// What an image is made of, as its files tell it: the pins' differences, and a bill of materials in the shape of CycloneDX 1.6. The
// same bill was held against the specification's own JSON schema, which is too big to stand here.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { billOfMaterials, debianPackages, differences, npmPackages, pinsOf } from '../../../image/manifest.ts'
import { root } from '../../system/box.ts'

const inFile = <T>(text: string, work: (file: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'hob-manifest-'))
  const file = join(folder, 'file')
  writeFileSync(file, text)
  try {
    return work(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('pins', () => {
  test('are read from what mkosi says, whatever else that says', () => {
    const one = { type: 'deb', name: 'libc6', version: '2.41-12', architecture: 'amd64' }
    const manifest = JSON.stringify({ manifest_version: 1, config: { name: 'hob' }, packages: [one] })
    expect(inFile(manifest, (file) => pinsOf(debianPackages(file)))).toEqual({ libc6: '2.41-12' })
  })

  test('that are all the same differ in nothing', () => {
    expect(differences({ a: '1', b: '2' }, { b: '2', a: '1' })).toEqual([])
  })

  test('tell what is newer, gone and new, in the order of names', () => {
    expect(differences({ b: '1', c: '1', d: '1' }, { a: '1', c: '1.1', d: '1' })).toEqual([
      'a: not pinned → 1',
      'b: 1 → gone',
      'c: 1 → 1.1',
    ])
  })
})

/** What the schema of CycloneDX 1.6 says of the fields that are written here. */
const hash = z.strictObject({
  alg: z.enum(['SHA-1', 'SHA-256', 'SHA-512']),
  content: z.string().regex(/^([a-f0-9]{40}|[a-f0-9]{64}|[a-f0-9]{128})$/),
})
const billSchema = z.strictObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  version: z.int().min(1),
  metadata: z.strictObject({
    timestamp: z.iso.datetime(),
    component: z.strictObject({ type: z.literal('operating-system'), name: z.string(), version: z.string() }),
  }),
  components: z.array(
    z.strictObject({
      'bom-ref': z.string().min(1),
      type: z.enum(['library', 'machine-learning-model']),
      name: z.string().min(1),
      version: z.string().min(1).optional(),
      purl: z.string().startsWith('pkg:').optional(),
      hashes: z.array(hash).optional(),
      // an expression stands alone
      licenses: z.tuple([z.strictObject({ expression: z.string().min(1) })]).optional(),
    }),
  ),
})

describe('a bill of materials', () => {
  const model = 'the weights'
  const write = (): string =>
    inFile(model, (file) =>
      billOfMaterials({
        version: '1.2.3',
        time: new Date('2026-01-02T03:04:05Z'),
        debian: [{ name: 'libstdc++6', version: '1:14.2.0-19+b1', architecture: 'amd64' }],
        npm: npmPackages(root),
        models: [{ name: 'starter', file }],
      }),
    )
  const text = write()
  const { metadata, components } = billSchema.parse(JSON.parse(text))
  const named = (name: string): (typeof components)[number] | undefined =>
    components.find((one) => one.name === name)

  test('has its shape, its version and the commit’s time', () => {
    expect(metadata).toEqual({
      timestamp: '2026-01-02T03:04:05.000Z',
      component: { type: 'operating-system', name: 'hob', version: '1.2.3' },
    })
  })

  test('names each part once, by a reference of its own', () => {
    expect(new Set(components.map((one) => one['bom-ref'])).size).toBe(components.length)
    const parts = components.flatMap(({ purl }) => purl ?? [])
    expect(parts.filter((one, at) => parts.indexOf(one) !== at)).toEqual([])
  })

  test('has Debian’s packages by the addresses that scanners know', () => {
    expect(named('libstdc++6')?.purl).toBe(
      'pkg:deb/debian/libstdc%2B%2B6@1%3A14.2.0-19%2Bb1?arch=amd64&distro=trixie',
    )
  })

  test('has npm’s packages with the hash of what was fetched and their licence', () => {
    const hono = named('hono')
    expect(hono).toMatchObject({
      purl: `pkg:npm/hono@${hono?.version}`,
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[a-f0-9]{128}$/) }],
    })
    expect(named('@hono/node-server')?.purl).toMatch(/^pkg:npm\/%40hono\/node-server@\d/)
  })

  test('has what the image has, Node among it, and not what builds or tests it or is another system’s', () => {
    expect(named(`node-linux-${process.arch}`)).toBeDefined()
    const others = components.filter(({ name }) =>
      /^(vite|vitest|typescript)$|darwin|win32|windows/.test(name),
    )
    expect(others).toEqual([])
  })

  test('has the starter model by its hash', () => {
    expect(named('starter')).toMatchObject({
      type: 'machine-learning-model',
      hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(model).digest('hex') }],
    })
  })

  test('is the same twice', () => {
    expect(write()).toBe(text)
  })
})
