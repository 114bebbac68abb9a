// `npm run test:image`: the units under systemd-nspawn, as in `npm test`, and the image itself in virtual machines, which takes minutes.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const patienceMs = 1_800_000

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    name: 'image',
    include: ['test/image/**/*.test.ts'],
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    fileParallelism: false,
    pool: 'forks',
  },
})
