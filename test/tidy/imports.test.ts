// DESIGN's first two invariants: imports flow one way, and each dependency has one door.
import { describe, expect, test } from 'vitest'
import { importsOf, sources } from './tree.ts'

const imports = sources.flatMap((file) => importsOf(file))

/** Which part of the house a path belongs to. */
function roomOf(path: string): string {
  if (path.startsWith('appliance/contracts/')) return 'contracts'
  if (path === 'appliance/errors.ts' || path === 'appliance/error-catalogue.ts') return 'contracts'
  const service = /^services\/([^/]+)\//.exec(path)
  if (service !== null) return `services/${service[1]}`
  return path.split('/')[0] ?? path
}

/** contracts ← appliance ← services/x, benchmarks. */
const mayImport: Readonly<Record<string, (to: string) => boolean>> = {
  contracts: (to) => to === 'contracts',
  appliance: (to) => to === 'contracts' || to === 'appliance',
  benchmarks: (to) => ['contracts', 'appliance', 'benchmarks'].includes(to),
  // the image is made of what the units' installer lays in
  image: (to) => ['contracts', 'appliance', 'systemd', 'image'].includes(to),
}

const isOurs = (path: string): boolean =>
  /^(appliance|services|benchmarks|hardware-profiles|test|image|systemd)\//.test(path)

describe('imports flow one way', () => {
  test('no room imports from a room above or beside it', () => {
    const wrong = imports
      .filter(({ to }) => isOurs(to))
      .filter(({ from, to }) => {
        const room = roomOf(from)
        const allowed =
          mayImport[room] ?? ((target: string) => ['contracts', 'appliance', room].includes(target))
        return !allowed(roomOf(to))
      })
      .map(({ from, to }) => `${from} imports ${to}`)
    expect(wrong).toEqual([])
  })

  test('nobody imports a main.ts or test/', () => {
    const wrong = imports.filter(({ to }) => to.endsWith('/main.ts') || to.startsWith('test/'))
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
  })

  test('every import of ours names a file that exists', () => {
    const known = new Set(sources)
    const wrong = imports.filter(({ to }) => isOurs(to) && /\.(ts|tsx|mjs)$/.test(to) && !known.has(to))
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
  })
})

/** A dependency → the files or folders that may import it. */
const doors: Readonly<Record<string, readonly string[]>> = {
  'node-llama-cpp': ['services/models/engine/llama/binding.ts'],
  '@huggingface/jinja': ['services/models/engine/llama/template.ts'],
  'better-sqlite3': ['appliance/store/'],
  'sqlite-vec': ['appliance/store/'],
  croner: ['appliance/timers/'],
  systeminformation: ['appliance/hardware/'],
  'prom-client': ['services/api/', 'services/models/metrics.ts'],
  ws: ['services/api/', 'benchmarks/'],
  vite: ['services/api/web/vite.config.ts'],
  preact: ['services/api/web/'],
  marked: ['services/api/web/'],
  dompurify: ['services/api/web/'],
  'mdns-js': ['services/api/discovery/browse-child.ts'],
  '@homebridge/ciao': ['services/api/discovery/ciao.ts'],
  'dbus-next': ['appliance/host/system-bus.ts', 'services/api/discovery/avahi-bus.ts'],
  '@simplewebauthn/browser': ['services/api/web/door/passkey.ts'],
  '@hono/node-server': ['appliance/ipc/', 'services/api/'],
  '@node-rs/argon2': ['services/api/identity/passwords.ts'],
  '@simplewebauthn/server': ['services/api/identity/passkeys.ts'],
  jose: ['services/api/identity/tickets.ts'],
  'openapi-fetch': ['appliance/client/'],
  uqr: ['appliance/cli/qr.ts', 'services/api/web/people/qr.ts'],
  hono: ['appliance/ipc/', 'services/'],
  '@peculiar/x509': ['services/api/tls/x509.ts'],
  'reflect-metadata': ['services/api/tls/x509.ts'],
  '@peculiar/asn1-x509': ['services/api/tls/constraints.ts'],
  '@peculiar/asn1-schema': ['services/api/tls/constraints.ts'],
}

describe('one dependency, one door', () => {
  test.each(Object.entries(doors))('%s is imported by its door alone', (name, allowed) => {
    const users = imports.filter(({ to }) => to === name).map(({ from }) => from)
    expect(users.filter((file) => !allowed.some((door) => file.startsWith(door)))).toEqual([])
  })

  test('every package that the code imports has a door here, or is one that everybody may use', () => {
    const everybody = new Set(['zod', '@hono/zod-openapi', 'vitest'])
    const packages = new Set(
      imports.map(({ to }) => to).filter((to) => !isOurs(to) && !to.startsWith('node:')),
    )
    expect([...packages].filter((name) => !(name in doors) && !everybody.has(name))).toEqual([])
  })
})
