// The shape of the house: what stands at the top level, what every file and folder says of itself, what must never be
// written anywhere.
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { files, read, root, sources } from './tree.ts'

const topLevel = [
  'LICENSE',
  'README.md',
  'appliance',
  'benchmarks',
  'hardware-profiles',
  'image',
  'package-lock.json',
  'package.json',
  'services',
  'systemd',
  'test',
  'tsconfig.json',
]

describe('the top level', () => {
  test('holds what the product’s card names, and nothing else', () => {
    const visible = [...new Set(files.map((file) => file.split('/')[0] ?? file))].filter(
      (name) => !name.startsWith('.'),
    )
    expect(visible.filter((name) => !topLevel.includes(name))).toEqual([])
  })
})

describe('files introduce themselves', () => {
  test('every program opens by saying what it is for', () => {
    const mute = [...sources, ...files.filter((file) => /^test\/.*\.ts$/.test(file))].filter((file) => {
      const [first = '', second = ''] = read(file).split('\n')
      return !(
        first.startsWith('// ') ||
        first.startsWith('/** ') ||
        (first.startsWith('#!') && second.startsWith('// '))
      )
    })
    expect(mute).toEqual([])
  })

  test('no program is longer than 300 lines, but those whose reason is written here', () => {
    const allowed = new Map([
      ['appliance/error-catalogue.ts', 'one catalogue: every code with its words'],
      ['appliance/contracts/openai.ts', 'one API, one file: its parts refer to each other'],
      ['appliance/contracts/identity.ts', 'one list: every route of the people, their devices and tokens'],
      ['appliance/error-catalogue.ts', 'one list: every code'],
      ['appliance/client/types.d.ts', 'generated: every route and shape'],
    ])
    const long = sources.filter((file) => read(file).split('\n').length > 300 && !allowed.has(file))
    expect(long).toEqual([])
  })

  test('a service’s main.ts only wires: at most 50 lines beside its imports', () => {
    const mains = files.filter((file) => /^services\/[^/]+\/main\.ts$/.test(file))
    expect(mains.length).toBeGreaterThan(0)
    const lines = (file: string): number =>
      read(file)
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('import ')).length
    expect(mains.filter((file) => lines(file) > 50)).toEqual([])
  })

  test('every folder of substance has a README', () => {
    const folders = readdirSync(`${root}services`, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    )
    const wanted = ['hardware-profiles', ...folders.map(({ name }) => `services/${name}`)]
    expect(wanted.filter((folder) => !files.includes(`${folder}/README.md`))).toEqual([])
  })
})

describe('nothing is written that must not be', () => {
  const text = files.filter(
    (file) => !/\.(png|jpg|gguf|woff2?|lock)$/.test(file) && file !== 'package-lock.json',
  )

  test('no test is skipped or focused for good', () => {
    const tests = files.filter((file) => file.endsWith('.test.ts'))
    expect(tests.filter((file) => /\.(only|todo)\(/.test(read(file)))).toEqual([])
  })

  test('no type check is switched off', () => {
    expect(sources.filter((file) => /@ts-(ignore|nocheck|expect-error)|\bas any\b/.test(read(file)))).toEqual(
      [],
    )
  })

  test('no document points at a file that is not there', () => {
    const documents = files.filter((file) => file.endsWith('.md'))
    const broken = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].flatMap((match) => {
        const target = decodeURI(new URL(match[1] ?? '', `file:///${file}`).pathname.slice(1))
        return files.some((known) => known === target || known.startsWith(`${target.replace(/\/$/, '')}/`))
          ? []
          : [`${file}: ${match[1]}`]
      }),
    )
    expect(broken).toEqual([])
  })

  test('no machine’s own path stands in the repository', () => {
    const home = new RegExp(['/ho', 'me/\\w+/|/ro', 'ot/|/wo', 'rk/'].join(''))
    // What people may type of their own machines is in the starter's corpus.
    const ours = text.filter((file) => !file.startsWith('services/models/starter/corpus/'))
    expect(ours.filter((file) => home.test(read(file)))).toEqual([])
  })
})
