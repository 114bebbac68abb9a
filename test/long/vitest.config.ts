// What takes an hour or a hundred thousand tries, run by hand before an issue is called resolved: `npm run test:long`.
// Results stand in README.md beside this.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/long/**/*.test.ts'],
    testTimeout: 120 * 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    pool: 'forks',
  },
})
