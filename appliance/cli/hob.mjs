#!/usr/bin/env node
// The `hob` command's first step, in plain JavaScript for any Node: hands over to main.ts under the pinned Node.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const pinned = at('../../node_modules/.bin/node')
if (!existsSync(at('../../node_modules/.bootstrap')))
  spawnSync(process.execPath, [at('../bootstrap.mjs')], { stdio: 'inherit' })
const { status, signal } = spawnSync(
  existsSync(pinned) ? pinned : process.execPath,
  [at('main.ts'), ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
)
process.exit(signal === null ? (status ?? 1) : 130)
