// The test tiers as vitest projects. `unit` runs in parallel; what starts real processes runs one file at a time,
// since two cores carry no more.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))

const project = (name: string, options: { timeoutMs: number; turn: number; alone: boolean }) => ({
  root,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    // what the image makes takes minutes to make, and virtual machines more: `npm run test:image`
    exclude: ['test/image/vm/**', 'test/image/made/**'],
    testTimeout: options.timeoutMs,
    hookTimeout: options.timeoutMs,
    fileParallelism: !options.alone,
    // the tiers run one after the other
    sequence: { groupOrder: options.turn },
    pool: 'forks' as const,
  },
})

export default defineConfig({
  root,
  test: {
    projects: [
      project('tidy', { turn: 0, timeoutMs: 20_000, alone: false }),
      project('unit', { turn: 1, timeoutMs: 20_000, alone: false }),
      project('contract', { turn: 2, timeoutMs: 60_000, alone: true }),
      project('system', { turn: 3, timeoutMs: 120_000, alone: true }),
      project('page', { turn: 4, timeoutMs: 120_000, alone: true }),
      project('image', { turn: 5, timeoutMs: 120_000, alone: true }),
    ],
  },
})
