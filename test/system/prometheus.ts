// A real Prometheus for a test: on a free port of loopback, in a folder that the test gives it, gone when `stop` resolves.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { freePort } from '#benchmarks/box.ts'

const [prometheus, promtool] = ['/usr/bin/prometheus', '/usr/bin/promtool'] as const

/** Why there is none; null when there is. */
export const noPrometheus =
  existsSync(prometheus) && existsSync(promtool)
    ? null
    : 'skipped: apt-get install -y --no-install-recommends prometheus'

/** What promtool has to say; empty when it is content. */
export function promtoolSays(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(promtool, args, { input, encoding: 'utf8' })
  return status === 0 ? '' : `${status}: ${stdout}${stderr}`
}

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
})

export interface Prometheus {
  /** The values of an instant query, now. Throws what Prometheus does not take. */
  query(expression: string): Promise<number[]>
  stop(): Promise<void>
}

export async function startPrometheus(folder: string): Promise<Prometheus> {
  const port = await freePort()
  const child = spawn(
    prometheus,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    query: async (expression) => {
      const query = new URLSearchParams({ query: expression })
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?${query}`)
      return answerSchema.parse(await answer.json()).data.result.map(({ value }) => Number(value[1]))
    },
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}
