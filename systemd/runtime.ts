// Copies what a box runs, and no more: the sources without their types, the built page, the packages that the services reach, this
// machine's Node. Used by install.ts, and so by the image.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'

const sources = ['package.json', 'appliance', 'services', 'hardware-profiles', 'systemd', 'LICENSE']
/** Made for, or by, whoever develops. */
const leftOut = [
  'services/models/starter/training',
  'services/models/starter/corpus',
  'appliance/bootstrap.mjs',
  'appliance/cli/hob.mjs',
]
/** Of the page it is what was built that is needed. */
const page = 'services/api/web'
/** Needed to build the page, which is built; and what is compiled at its installation, where a compiler is. */
const buildOnly = ['vite', 'usocket']

/** What packages bring for those who compile them or against them: headers, C sources, llama.cpp's whole history. */
const forCompilers = [
  /^node_modules\/node-linux-\w+\/(include|share)$/,
  /^node_modules\/node-llama-cpp\/llama\/gitRelease\.bundle$/,
  /^node_modules\/better-sqlite3\/(deps|src)$/,
  /^node_modules\/.*\.(d\.[cm]?ts|map)$/,
]

interface Package {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

/** Beside the old one until it is whole: a copy that breaks off leaves the box that runs as it was. */
export function copyRuntime({ from, to }: { from: string; to: string }): void {
  const next = `${to}.next`
  rmSync(next, { recursive: true, force: true })
  mkdirSync(next, { recursive: true })
  const isWanted = (path: string): boolean =>
    !leftOut.includes(path) && (!path.startsWith(`${page}/`) || path.startsWith(`${page}/dist`))
  // the sources have no links: one that lies there is somebody's own
  const filter = (path: string): boolean =>
    isWanted(relative(from, path)) && !lstatSync(path).isSymbolicLink()
  for (const name of sources) cpSync(join(from, name), join(next, name), { recursive: true, filter })
  takeTypesOut(next)
  for (const path of runtimePackages(from)) copyPackage(from, next, path)
  mkdirSync(join(next, 'bin'))
  symlinkSync(`../node_modules/node-linux-${process.arch}/bin/node`, join(next, 'bin', 'node'))
  rmSync(to, { recursive: true, force: true })
  renameSync(next, to)
}

/**
 * As Node itself does whenever it reads a source, which makes a third of a box's first start; lines and columns stay. Whatever names
 * another source, an import or a program's file, names it by `.ts` at the end of a string.
 */
function takeTypesOut(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/(?<!\.d)\.ts$/.test(entry.name)) continue
    const file = join(entry.parentPath, entry.name)
    const script = stripTypeScriptTypes(readFileSync(file, 'utf8')).replace(/\.ts(?=['"`])/g, '.js')
    writeFileSync(file.replace(/ts$/, 'js'), script)
    rmSync(file)
  }
}

function copyPackage(from: string, to: string, path: string): void {
  const whole = join(from, path)
  // the packages inside a package are listed by themselves
  const nested = `${whole}${sep}node_modules`
  const filter = (one: string): boolean =>
    one !== nested && !forCompilers.some((left) => left.test(relative(from, one)))
  cpSync(whole, join(to, path), { recursive: true, filter })
}

/**
 * The folders of the packages that this one depends on, and those of theirs. Not `dev: false` in the lockfile: that has also what
 * somebody else's optional peer brings, a compiler of 30 MB among it.
 */
export function runtimePackages(from: string): Set<string> {
  const lock = JSON.parse(readFileSync(join(from, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Package>
  }
  const reached = new Set<string>()
  const follow = (path: string): void => {
    for (const name of namesIn(lock.packages[path] ?? {})) {
      const found = buildOnly.includes(name) ? null : placeOf(from, path, name)
      if (found === null || reached.has(found)) continue
      reached.add(found)
      follow(found)
    }
  }
  follow('')
  return reached
}

const namesIn = ({
  dependencies,
  optionalDependencies,
  peerDependencies,
  peerDependenciesMeta,
}: Package): string[] => [
  ...Object.keys({ ...dependencies, ...optionalDependencies }),
  ...Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta?.[name]?.optional !== true),
]

/** Where Node finds it from there: beside, or further up; null where this machine has none of it. */
function placeOf(from: string, path: string, name: string): string | null {
  for (let folder = path; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name)
    if (existsSync(join(from, place, 'package.json'))) return place
    if (folder === '' || folder === '.') return null
  }
}
