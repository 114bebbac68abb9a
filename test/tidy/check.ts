// `npm run check`: types, lint, format, dead code and the tidy tests, in this order; all run, and one failure fails it.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['tsc', '--noEmit']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings', '--quiet']],
  ['format', ['biome', 'check', '--error-on-warnings', '.']],
  ['dead code', ['knip', '--config', '.knip.json']],
  ['tidy', ['vitest', 'run', '--config', 'test/vitest.config.ts', '--project', 'tidy', '--reporter', 'dot']],
]

const failed = steps.filter(([name, [command = '', ...args]]) => {
  process.stdout.write(`\n── ${name}\n`)
  return spawnSync(`${root}node_modules/.bin/${command}`, args, { cwd: root, stdio: 'inherit' }).status !== 0
})
process.stdout.write(
  failed.length === 0
    ? '\ncheck: all clean\n'
    : `\ncheck: ${failed.map(([name]) => name).join(', ')} failed\n`,
)
process.exit(failed.length === 0 ? 0 : 1)
