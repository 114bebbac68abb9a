// The archive of the services, of small layers: everything in it is named by its hash, what it runs stands in its configuration, and
// the same files give the same bytes, however the disk happens to hold them.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { writeArchive } from '../../../image/oci.ts'

const time = new Date('2026-01-02T03:04:05Z')
const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int(),
  annotations: z.record(z.string(), z.string()).optional(),
})
const indexSchema = z.object({ schemaVersion: z.literal(2), manifests: z.tuple([descriptor]) })
const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal('application/vnd.oci.image.manifest.v1+json'),
  config: descriptor,
  layers: z.array(descriptor),
})
const configSchema = z.object({
  created: z.string(),
  architecture: z.literal('amd64'),
  os: z.literal('linux'),
  config: z.record(z.string(), z.unknown()),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
})

const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

describe('an archive', () => {
  const made: string[] = []
  const folder = (): string => {
    const path = mkdtempSync(join(tmpdir(), 'hob-oci-'))
    made.push(path)
    return path
  }
  /** A layer whose files were made in this order. */
  const layer = (names: readonly string[], text = ''): string => {
    const path = folder()
    chmodSync(path, 0o755)
    for (const [at, name] of names.entries()) {
      writeFileSync(join(path, name), `${text}${name}`, { mode: 0o644 })
      utimesSync(join(path, name), at, at)
    }
    return path
  }
  const write = async (lower: string, upper: string): Promise<string> => {
    const to = join(folder(), 'archive')
    const layers = [lower, upper].map((one) => ({ folder: one, time }))
    const said = { version: '1.2.3', revision: 'f00', license: 'Apache-2.0', time }
    await writeArchive({ ...said, layers, work: folder(), to })
    return to
  }

  let archive: string
  let unpacked: string
  const read = (path: string): Buffer => readFileSync(join(unpacked, path))
  const blob = (digest: string): Buffer => read(`blobs/sha256/${digest.replace('sha256:', '')}`)
  const parsed = <T>(schema: z.ZodType<T>, { digest }: { digest: string }): T =>
    schema.parse(JSON.parse(blob(digest).toString('utf8')))
  beforeAll(async () => {
    archive = await write(layer(['a', 'b']), layer(['c']))
    unpacked = folder()
    execFileSync('tar', ['--extract', `--file=${archive}`, `--directory=${unpacked}`])
  })
  afterAll(() => {
    for (const path of made) rmSync(path, { recursive: true })
  })

  const index = (): z.infer<typeof indexSchema> =>
    indexSchema.parse(JSON.parse(read('index.json').toString()))
  const manifest = (): z.infer<typeof manifestSchema> => parsed(manifestSchema, index().manifests[0])
  const config = (): z.infer<typeof configSchema> => parsed(configSchema, manifest().config)

  test('is a layout of the version that tools know', () => {
    expect(read('oci-layout').toString()).toBe('{"imageLayoutVersion":"1.0.0"}')
  })

  test('has every blob under its hash and with its size, and no other', () => {
    const { config: own, layers } = manifest()
    const known = [index().manifests[0], own, ...layers]
    for (const { digest, size } of known) {
      expect(sha256(blob(digest))).toBe(digest)
      expect(blob(digest).length).toBe(size)
    }
    const names = readdirSync(join(unpacked, 'blobs/sha256')).map((name) => `sha256:${name}`)
    expect(names.toSorted()).toEqual(known.map(({ digest }) => digest).toSorted())
  })

  test('its configuration names the layers as they are unpacked, the lowest first', () => {
    const tars = manifest().layers.map(({ digest }) => gunzipSync(blob(digest)))
    expect(config().rootfs.diff_ids).toEqual(tars.map(sha256))
    const lists = tars.map((input) => execFileSync('tar', ['--list'], { input, encoding: 'utf8' }))
    expect(lists).toEqual(['./\n./a\n./b\n', './\n./c\n'])
  })

  test('says what it is', () => {
    expect(config().created).toBe('2026-01-02T03:04:05.000Z')
    expect(config().config['Labels']).toMatchObject({
      'org.opencontainers.image.version': '1.2.3',
      'org.opencontainers.image.revision': 'f00',
      'org.opencontainers.image.licenses': 'Apache-2.0',
    })
    expect(index().manifests[0].annotations).toEqual({
      'org.opencontainers.image.ref.name': '1.2.3',
      'io.containerd.image.name': 'localhost/hob:1.2.3',
    })
  })

  test('runs the supervisor as nobody’s root, with its ports and its volume', () => {
    expect(config().config).toMatchObject({
      User: '1000:1000',
      Entrypoint: ['/usr/lib/hob/bin/node', '/usr/lib/hob/appliance/supervisor/main.js'],
      ExposedPorts: { '4620/tcp': {}, '4621/tcp': {} },
      Volumes: { '/data': {} },
    })
    expect(config().config['Env']).toContain('HOB_DATA_DIR=/data')
  })

  test('is the same for files that were made in another order, at another time', async () => {
    expect(sha256(readFileSync(await write(layer(['b', 'a']), layer(['c']))))).toBe(
      sha256(readFileSync(archive)),
    )
  })

  test('another program leaves the layer below it as it was', async () => {
    const to = folder()
    const other = await write(layer(['a', 'b']), layer(['c'], 'new '))
    execFileSync('tar', ['--extract', `--file=${other}`, `--directory=${to}`])
    const names = readdirSync(join(to, 'blobs/sha256')).map((name) => `sha256:${name}`)
    const [lower, upper] = manifest().layers.map(({ digest }) => digest)
    expect(names).toContain(lower)
    expect(names).not.toContain(upper)
  })

  test('a folder that is not there ends in an error, not in an empty layer', async () => {
    await expect(write(join(unpacked, 'gone'), layer(['c']))).rejects.toThrow(/gone ended with 2/)
  })
})
