// `npm run install-units`: puts Hob on this machine as systemd units, the same that the image has, and starts it; with --remove it
// takes them away again and leaves the household's data. With --root FOLDER it lays everything into the tree of another system,
// which is how the image and its tests get theirs.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { copyRuntime } from './runtime.ts'

const own = fileURLToPath(new URL('.', import.meta.url))
const program = '/usr/lib/hob'
const unitsOfAdministrators = '/etc/systemd/system'

/** Where each folder here goes: under /etc, where a machine's owner looks for what the distribution has not brought. */
const places: Readonly<Record<string, string>> = {
  units: unitsOfAdministrators,
  'sysusers.d': '/etc/sysusers.d',
  'tmpfiles.d': '/etc/tmpfiles.d',
  'journald.conf.d': '/etc/systemd/journald.conf.d',
  'dbus-1': '/etc/dbus-1/system.d',
  udev: '/etc/udev/rules.d',
}

const say = (text: string): void => void process.stdout.write(`hob: ${text}\n`)
const run = (file: string, ...args: string[]): void => void execFileSync(file, args, { stdio: 'inherit' })

class Refusal extends Error {}

function main(): void {
  const { values } = parseArgs({
    options: { root: { type: 'string' }, remove: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  if (values.help === true) return say('install-units [--root FOLDER] [--remove]')
  const root = values.root === undefined ? '/' : resolve(values.root)
  requireSystemd(root)
  if (values.remove === true) remove(root)
  else install(root)
}

function requireSystemd(root: string): void {
  if (process.platform !== 'linux' || !existsSync(join(root, 'usr/lib/systemd/systemd')))
    throw new Refusal('There is no systemd here. `npm start` runs the box without it.')
  if (process.getuid?.() !== 0)
    throw new Refusal('Only root may install units. Run: sudo npm run install-units')
}

function install(root: string): void {
  const at = (path: string): string => join(root, path)
  say(`copying the program to ${at(program)}`)
  copyRuntime({ from: fileURLToPath(new URL('..', import.meta.url)), to: at(program) })
  for (const [folder, place] of Object.entries(places))
    cpSync(join(own, folder), at(place), { recursive: true })
  mkdirSync(at('/usr/bin'), { recursive: true })
  writeFileSync(at('/usr/bin/hob'), command, { mode: 0o755 })
  const names = unitNames()
  run('systemd-sysusers', `--root=${root}`, at('/etc/sysusers.d/hob.conf'))
  // enabling is making the links that [Install] asks for: the same with and without a running systemd
  run('systemctl', ...(root === '/' ? [] : [`--root=${root}`]), 'enable', '--quiet', ...names)
  if (root !== '/') return
  run('systemd-tmpfiles', '--create', '/etc/tmpfiles.d/hob.conf')
  run('systemctl', 'daemon-reload')
  run('systemctl', 'try-restart', 'systemd-journald.service')
  say('starting')
  // the target alone would leave what runs already as it was
  run('systemctl', 'restart', ...names.filter((name) => name.endsWith('.socket')))
  run('systemctl', 'restart', ...names.filter((name) => name.endsWith('.service')))
  run('systemctl', 'start', 'hob.target')
  say('it runs. Make it yours with: sudo hob claim --code; look at it with: sudo hob status')
}

function remove(root: string): void {
  const at = (path: string): string => join(root, path)
  const names = unitNames().filter((name) => existsSync(at(join(unitsOfAdministrators, name))))
  if (names.length > 0)
    run('systemctl', ...(root === '/' ? ['--now'] : [`--root=${root}`]), 'disable', '--quiet', ...names)
  for (const [folder, place] of Object.entries(places))
    for (const name of readdirSync(join(own, folder)))
      rmSync(at(join(place, name)), { recursive: true, force: true })
  // where somebody has put the box's own screen
  rmSync(at(join(unitsOfAdministrators, 'hob.target.wants')), { recursive: true, force: true })
  rmSync(at(program), { recursive: true, force: true })
  rmSync(at('/usr/bin/hob'), { force: true })
  for (const path of ['/var/cache/hob', '/run/hob']) rmSync(at(path), { recursive: true, force: true })
  if (root === '/') {
    run('systemctl', 'daemon-reload')
    run('systemctl', 'stop', 'hob.slice')
  }
  say('the units and the program are gone. What the household owns is still in /var/lib/hob.')
}

/** Not those of a screen: a machine's owner may have other plans for it. */
const unitNames = (): string[] =>
  readdirSync(join(own, 'units')).filter((name) => /^[^@]+\.(service|socket|target)$/.test(name))

/** The `hob` command, for root. */
const command = `#!/bin/sh
set -a
. ${program}/systemd/hob.env
exec ${program}/bin/node --disable-warning=ExperimentalWarning ${program}/appliance/cli/main.js "$@"
`

try {
  main()
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  process.stderr.write(`hob: ${error.message}\n`)
  process.exit(1)
}
