// Makes node_modules match package-lock.json and builds the page before a script runs. Plain JavaScript without
// imports from npm: the system's Node (20 or newer) runs it before the pinned Node exists. Owns node_modules/.bootstrap,
// services/api/web/dist/.built and the lock under .cache/.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const modules = join(root, 'node_modules')
const platform = `${process.platform}-${process.arch}`
const pinned = join(modules, `node-${platform}`)
const web = join(root, 'services/api/web')

const digest = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '')
const say = (text) => process.stderr.write(`hob: ${text}\n`)

function fail(text, remedy) {
  say(text)
  say(remedy)
  process.exit(1)
}

/** Two first starts at once would break each other's node_modules: the second waits. */
function withLock(work) {
  const folder = join(root, '.cache')
  const lock = join(folder, 'bootstrap.lock')
  mkdirSync(folder, { recursive: true })
  for (let waited = 0; ; waited += 200) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!isAlive(Number(read(lock)))) rmSync(lock, { force: true })
    else if (waited === 0) say('another start is setting up; waiting for it')
    else if (waited > 15 * 60_000)
      fail('The other start has been setting up for 15 minutes.', `If it is gone, delete ${lock}.`)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  try {
    work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

const wantedModules = digest(readFileSync(join(root, 'package-lock.json')), platform)
const modulesAreFresh = () => read(join(modules, '.bootstrap')) === wantedModules

function install() {
  say('first start: installing what package-lock.json lists (about half a minute)')
  const npm = process.env.npm_execpath
  const [command, before] = npm ? [process.execPath, [npm]] : ['npm', []]
  const { status } = spawnSync(command, [...before, 'ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // npm 10 knows no allowScripts; without this node-llama-cpp's install step looks for a binary of its own
    env: { ...process.env, NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' },
  })
  if (status !== 0)
    fail(
      'npm could not install the packages.',
      'Its own message stands above; start again when it is mended.',
    )
  // npm 10 unlinks .bin/node again when it drops the other platform's package
  const link = join(modules, '.bin/node')
  if (existsSync(pinned) && !existsSync(link)) symlinkSync(join(pinned, 'bin/node'), link)
  writeFileSync(join(modules, '.bootstrap'), wantedModules)
}

const pageFiles = (folder) =>
  readdirSync(folder)
    .filter((name) => name !== 'dist')
    .sort()
    .flatMap((name) =>
      statSync(join(folder, name)).isDirectory() ? pageFiles(join(folder, name)) : [join(folder, name)],
    )

function wantedPage() {
  return digest(
    wantedModules,
    ...pageFiles(web).flatMap((file) => [file.slice(root.length), readFileSync(file)]),
  )
}
const pageIsFresh = () => read(join(web, 'dist/.built')) === wantedPage()

function buildPage() {
  say('building the page')
  const wanted = wantedPage()
  const next = join(web, 'dist.next')
  const node = existsSync(join(modules, '.bin/node')) ? join(modules, '.bin/node') : process.execPath
  const vite = [
    join(modules, 'vite/bin/vite.js'),
    'build',
    '--config',
    join(web, 'vite.config.ts'),
    '--logLevel',
    'error',
  ]
  const { status } = spawnSync(node, [...vite, '--outDir', next, '--emptyOutDir'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) fail('The page could not be built.', 'The message stands above.')
  writeFileSync(join(next, '.built'), wanted)
  rmSync(join(web, 'dist'), { recursive: true, force: true })
  renameSync(next, join(web, 'dist'))
}

if (!modulesAreFresh() || !pageIsFresh()) {
  withLock(() => {
    if (!modulesAreFresh()) install()
    if (!pageIsFresh()) buildPage()
  })
}
if (!existsSync(join(modules, '.bin/node')) && Number.parseInt(process.versions.node) < 24) {
  fail(
    `There is no pinned Node for ${platform}, and this one is ${process.versions.node}.`,
    'Install Node 24 and start again.',
  )
}
