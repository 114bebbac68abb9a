// Copies what a box runs, and no more: the sources, the built page, the packages that are not for development alone, this
// machine's Node. Used by install.ts, and so by the image.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join, sep } from 'node:path'

const sources = ['package.json', 'appliance', 'services', 'hardware-profiles', 'systemd', 'LICENSE']
/** Made for, or by, whoever develops. */
const leftOut = ['services/models/starter/training', 'services/models/starter/corpus']
/** Needed to build the page, which is built. */
const buildOnly = ['vite']

interface Lock {
  packages: Record<string, { dev?: boolean }>
}

/** Beside the old one until it is whole: a copy that breaks off leaves the box that runs as it was. */
export function copyRuntime({ from, to }: { from: string; to: string }): void {
  const next = `${to}.next`
  rmSync(next, { recursive: true, force: true })
  mkdirSync(next, { recursive: true })
  const filter = (path: string): boolean => !leftOut.some((one) => path === join(from, one))
  for (const name of sources) cpSync(join(from, name), join(next, name), { recursive: true, filter })
  for (const path of packages(from)) {
    const whole = join(from, path)
    // the packages inside a package are listed by themselves
    const nested = `${whole}${sep}node_modules`
    if (existsSync(whole))
      cpSync(whole, join(next, path), { recursive: true, filter: (one) => one !== nested })
  }
  mkdirSync(join(next, 'bin'))
  symlinkSync(`../node_modules/node-linux-${process.arch}/bin/node`, join(next, 'bin', 'node'))
  rmSync(to, { recursive: true, force: true })
  renameSync(next, to)
}

function packages(from: string): string[] {
  const { packages: known } = JSON.parse(readFileSync(join(from, 'package-lock.json'), 'utf8')) as Lock
  return Object.entries(known)
    .filter(
      ([path, { dev }]) =>
        path !== '' && dev !== true && !buildOnly.some((one) => path === `node_modules/${one}`),
    )
    .map(([path]) => path)
}
