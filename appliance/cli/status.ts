// `hob status`: how the box is, on one screen.
import { boxRoutes } from '../contracts/box.ts'
import type { Command } from './command.ts'
import { inBytes, table } from './words.ts'

export const status: Command = {
  name: 'status',
  usage: [['status', 'how the box is: services, model, memory, load']],
  run: async ({ json, terminal, box }) => {
    const now = await box.client.call(boxRoutes.status, {}, box.caller)
    if (json) return terminal.write(JSON.stringify(now, null, 2))
    const { load, models } = now
    const used = load.memoryTotalBytes - load.memoryAvailableBytes
    const rows: string[][] = [
      ...now.addresses.map((address, index) => [index === 0 ? 'Page' : '', address]),
      ['Version', now.version],
      ['Up since', new Date(now.startedAt).toLocaleString()],
      ['Services', now.services.map(({ name, state }) => `${name} ${state}`).join(', ')],
      ['Memory', `${inBytes(used)} of ${inBytes(load.memoryTotalBytes)} used`],
      ['CPU', load.cpu === null ? 'not measured yet' : `${Math.round(load.cpu * 100)} %`],
      ['Connections', `${now.connections.open} of ${now.connections.limit}`],
    ]
    for (const engine of models?.engines ?? []) {
      const speed = engine.tokensPerSecond === null ? '' : `, ${engine.tokensPerSecond.toFixed(1)} tokens/s`
      const busy = `${engine.active} answering, ${engine.waiting} waiting`
      rows.push([
        'Model',
        `${engine.model}: ${engine.state}${engine.state === 'loading' ? ` ${Math.round(engine.progress * 100)} %` : ''}, ${busy}${speed}`,
      ])
    }
    terminal.write(table(rows))
    const [why] = now.choice?.words ?? []
    if (why !== undefined) terminal.write(`\n${why}`)
  },
}
