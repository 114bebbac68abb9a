// Reads one figure of a box's /metrics.
import type { Box } from './box.ts'

/** The sum over all labels; 0 when it has not been counted yet. */
export async function metric(box: Box, name: string): Promise<number> {
  const text = await (await box.fetch(`/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}
