// `npm run image`: makes, from this checkout, what a person flashes, what a box is updated with, a tree for systemd-nspawn, and what
// says what is in them; in image/dist, or in the folder that it is given. As root on a Debian machine, in some minutes; README.md
// beside this file tells the rest.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readVersion } from '#appliance/version.ts'
import {
  type Commit,
  commitOf,
  machineHere,
  requireMachine,
  requireSystemd,
  requireVersion,
} from './checks.ts'
import { cacheFolder } from './debian.ts'
import { billOfMaterials, debianPackages, differences, npmPackages, pinsOf } from './manifest.ts'
import { runMkosi, runTool, toolsTree } from './mkosi.ts'
import { layProgram, writeArchive } from './oci.ts'
import { Refusal } from './refusal.ts'
import { openSigning, type Signing } from './signing.ts'

const own = fileURLToPath(new URL('.', import.meta.url))
const repository = join(own, '..')
const dist = join(own, 'dist')
const pinsFile = join(own, 'pins.json')

const started = performance.now()
const say = (text: string): void => {
  const seconds = Math.round((performance.now() - started) / 1_000)
  process.stdout.write(`hob image: ${String(seconds).padStart(4)} s  ${text}\n`)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      version: { type: 'string' },
      pin: { type: 'boolean' },
      tree: { type: 'boolean' },
      raw: { type: 'boolean' },
      to: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help === true)
    return void process.stdout.write(
      'npm run image [-- --version X.Y.Z] [--pin: write pins.json anew] [--tree: also as a tree of files] [--raw: the raw file alone] [--to FOLDER]\n',
    )
  requireMachine(machineHere(own))
  const version = requireVersion(values.version ?? readVersion())
  const commit = commitOf(repository)
  const signing = openSigning()
  say(`Hob ${version} of ${commit.id.slice(0, 12)}; signed with ${signing.file}`)
  if (commit.uncommitted > 0) say(`built of the files as they are, ${commit.uncommitted} not as committed`)

  const to = values.to === undefined ? dist : newFolder(values.to)
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  mkdirSync(cacheFolder(), { recursive: true })
  // mkosi will not work inside of what it copies from
  const work = mkdtempSync(join(cacheFolder(), 'image-'))
  try {
    const { pin = false, tree = false, raw = false } = values
    await build({ version, commit, signing, work, to, pin, tree, raw })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Its absolute path: what lies there already is somebody's, and stays. */
function newFolder(given: string): string {
  const folder = resolve(given)
  if (existsSync(folder)) throw new Refusal(`${folder} is there already; name a folder that is new`)
  return folder
}

interface Wanted {
  version: string
  commit: Commit
  signing: Signing
  work: string
  /** Where what was made lies in the end. */
  to: string
  pin: boolean
  tree: boolean
  raw: boolean
}

async function build(wanted: Wanted): Promise<void> {
  const { version, signing, work, to, pin, tree, raw } = wanted
  const { id: revision, time } = wanted.commit
  mkdirSync(join(work, 'extra/usr/lib/hob-release'), { recursive: true })
  writeFileSync(join(work, 'extra/usr/lib/hob-release/key.pem'), signing.publicKey)
  say('tools')
  const tools = toolsTree()
  await runMkosi({
    configuration: own,
    sources: repository,
    version,
    time,
    extra: join(work, 'extra'),
    images: raw ? [] : ['services'],
    outputs: join(work, 'out'),
    work: join(work, 'mkosi'),
    onStep: say,
  })

  const made = (suffix: string): string => join(work, 'out', `hob_${version}.${suffix}`)
  const debian = debianPackages(made('manifest'))
  const found = pinsOf(debian)
  requireSystemd(found)
  comparePins(found, pin)

  if (raw) return move(made('raw'), join(to, `hob_${version}.img`))

  say('bill of materials')
  const models = [{ name: 'starter', file: join(repository, 'services/models/starter/starter.gguf') }]
  const bill = billOfMaterials({ version, time, debian, npm: npmPackages(repository), models })
  writeFileSync(join(to, `hob_${version}.cdx.json`), bill)

  if (tree) {
    say('tree of files')
    const folder = join(to, `hob_${version}.tree`)
    // out of the very root that is flashed
    runTool(tools, 'fsck.erofs', [`--extract=${folder}`, '--preserve', made('root-x86-64.raw')])
  }
  say('compressing')
  compress(made('raw'), join(to, `hob_${version}.img.gz`))
  move(made('raw'), join(to, `hob_${version}.img`))
  for (const [part, name] of [
    ['root-x86-64.raw', 'root'],
    ['root-x86-64-verity.raw', 'verity'],
  ] as const)
    compress(made(part), join(to, `hob_${version}.${name}.gz`))
  move(made('efi'), join(to, `hob_${version}.efi`))

  say('archive of the services')
  const [program, layout] = [join(work, 'program'), join(work, 'layout')]
  const { license } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    license: string
  }
  for (const folder of [program, layout]) mkdirSync(folder)
  layProgram({ from: repository, to: program })
  await writeArchive({
    version,
    revision,
    license,
    time,
    // no file of Debian's is dated, so that its layer changes with its packages and not with ours
    layers: [
      { folder: join(work, 'out/services'), time: new Date(0) },
      { folder: program, time },
    ],
    work: layout,
    to: join(to, `hob_${version}.oci.tar`),
  })

  say('sums and signature')
  const sums = await checksums(to)
  writeFileSync(join(to, 'SHA256SUMS'), sums)
  writeFileSync(join(to, 'SHA256SUMS.sig'), signing.sign(Buffer.from(sums)))
  writeFileSync(join(to, 'key.pem'), signing.publicKey)
  for (const name of readdirSync(to).sort()) {
    const { size, blocks } = statSync(join(to, name))
    say(`${name}  ${(Math.min(size, blocks * 512) / 1e6).toFixed(1)} MB`)
  }
}

function comparePins(found: Readonly<Record<string, string>>, write: boolean): void {
  if (write || !existsSync(pinsFile)) {
    writeFileSync(pinsFile, `${JSON.stringify(found, null, 2)}\n`)
    return say(`pins.json: ${Object.keys(found).length} packages`)
  }
  const pinned = JSON.parse(readFileSync(pinsFile, 'utf8')) as Record<string, string>
  const changed = differences(pinned, found)
  say(changed.length === 0 ? 'every package is as pinned' : `${changed.length} packages are not as pinned:`)
  for (const line of changed) say(`  ${line}`)
}

/** gzip, since what writes images to sticks reads it everywhere; fast, since most of an image is compressed within. */
function compress(from: string, to: string): void {
  const { status } = spawnSync('sh', ['-c', 'exec gzip --no-name --fast < "$0" > "$1"', from, to], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Refusal(`${from} could not be compressed`)
}

/** With its holes: an image is mostly empty. */
const move = (from: string, to: string): void => void execFileSync('mv', [from, to])

async function checksums(folder: string): Promise<string> {
  const names = readdirSync(folder, { withFileTypes: true }).filter(
    (one) => one.isFile() && !one.name.endsWith('.img'),
  )
  const lines: string[] = []
  for (const { name } of names.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(join(folder, name))) hash.update(chunk as Buffer)
    lines.push(`${hash.digest('hex')}  ${name}\n`)
  }
  return lines.join('')
}

try {
  await main()
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  process.stderr.write(`hob image: ${error.message}\n`)
  process.exit(1)
}
