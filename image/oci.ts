// The services as an OCI archive, for whoever runs containers and keeps their own system. Two layers: Debian's libraries (the subimage
// `services` of the same mkosi configuration) and the program, so that a new Hob is fetched without what has not changed under it.
// The layout (OCI image-spec 1.0) is written here: mkosi's own Format=oci makes one layer with its files as the disk has them, and a
// configuration that knows no user, volume, port or label, on whose hash everything else depends.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { copyRuntime } from '../systemd/runtime.ts'
import { Refusal } from './refusal.ts'

const program = '/usr/lib/hob'
const node = `${program}/bin/node`

/** As `npm start`: the supervisor. The user is a number, since who forbids root in containers can tell no more from a name. */
const runs = {
  User: '1000:1000',
  Env: ['PATH=/usr/bin', 'HOME=/data', 'HOB_DATA_DIR=/data'],
  Entrypoint: [node, `${program}/appliance/supervisor/main.js`],
  WorkingDir: program,
  ExposedPorts: { '4620/tcp': {}, '4621/tcp': {} },
  Volumes: { '/data': {} },
}

const command = `#!/bin/sh
exec ${node} --disable-warning=ExperimentalWarning ${program}/appliance/cli/main.js "$@"
`

/** Lays the program into an empty folder, as a layer has it. */
export function layProgram({ from, to }: { from: string; to: string }): void {
  for (const folder of ['usr/lib', 'usr/bin']) mkdirSync(join(to, folder), { recursive: true })
  copyRuntime({ from, to: join(to, program) })
  writeFileSync(join(to, 'usr/bin/hob'), command, { mode: 0o755 })
  // whatever the umask was under which the sources were fetched: all of it is read by somebody who owns none of it
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', to])
}

export interface Layer {
  folder: string
  /** All its files get this time: the same content is the same layer. */
  time: Date
}

interface Archive {
  version: string
  /** The commit. */
  revision: string
  license: string
  time: Date
  /** The lowest first. Their files' owners are as they stand. */
  layers: readonly Layer[]
  /** An empty folder with room for the layers. */
  work: string
  to: string
}

interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

/** Writes the archive: of the same layers, always the same bytes. */
export async function writeArchive(archive: Archive): Promise<void> {
  const { version, revision, license, time, work } = archive
  const created = time.toISOString()
  const blobs = join(work, 'blobs/sha256')
  mkdirSync(blobs, { recursive: true })
  const put = (type: string, content: object): Descriptor => {
    const text = JSON.stringify(content)
    const hash = createHash('sha256').update(text).digest('hex')
    writeFileSync(join(blobs, hash), text)
    return { mediaType: ociType(type), digest: `sha256:${hash}`, size: Buffer.byteLength(text) }
  }

  const layers: { descriptor: Descriptor; diffId: string }[] = []
  for (const layer of archive.layers) layers.push(await putLayer(layer, blobs))
  const labels = {
    'org.opencontainers.image.title': 'hob',
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.revision': revision,
    'org.opencontainers.image.licenses': license,
    'org.opencontainers.image.created': created,
  }
  const config = put('config.v1+json', {
    created,
    architecture: 'amd64',
    os: 'linux',
    config: { ...runs, Labels: labels },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  })
  const manifest = put('manifest.v1+json', {
    schemaVersion: 2,
    mediaType: ociType('manifest.v1+json'),
    config,
    layers: layers.map(({ descriptor }) => descriptor),
    annotations: labels,
  })
  // the names under which umoci and skopeo, and podman and containerd, know it
  const names = {
    'org.opencontainers.image.ref.name': version,
    'io.containerd.image.name': `localhost/hob:${version}`,
  }
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations: names }] }
  writeFileSync(join(work, 'index.json'), JSON.stringify(index))
  writeFileSync(join(work, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  execFileSync('chmod', ['-R', 'u=rwX,go=rX', work])
  const owners = ['--owner=0', '--group=0']
  execFileSync('tar', [...tarOf({ folder: work, time }), ...owners, `--file=${archive.to}`])
}

const ociType = (of: string): string => `application/vnd.oci.image.${of}`

/** Names in the order of their bytes; GNU's format has no times but one, and no process id. */
const tarOf = ({ folder, time }: Layer): string[] => [
  '--create',
  '--format=gnu',
  '--sort=name',
  '--numeric-owner',
  `--mtime=@${Math.floor(time.getTime() / 1_000)}`,
  `--directory=${folder}`,
  '.',
]

/** Node's gzip, since that is pinned with Node. */
async function putLayer(layer: Layer, blobs: string): Promise<{ descriptor: Descriptor; diffId: string }> {
  const tar = spawn('tar', [...tarOf(layer), '--file=-'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(tar, 'exit')
  const whole = createHash('sha256')
  const file = join(blobs, 'next')
  const seen = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      whole.update(chunk)
      yield chunk
    }
  }
  await pipeline(tar.stdout, seen, createGzip(), createWriteStream(file))
  const [status] = (await ended) as [number | null]
  if (status !== 0) throw new Refusal(`tar of ${layer.folder} ended with ${status}`)
  const packed = createHash('sha256')
  await pipeline(createReadStream(file), packed)
  const hash = packed.digest('hex')
  const { size } = statSync(file)
  renameSync(file, join(blobs, hash))
  return {
    descriptor: { mediaType: ociType('layer.v1.tar+gzip'), digest: `sha256:${hash}`, size },
    diffId: `sha256:${whole.digest('hex')}`,
  }
}
