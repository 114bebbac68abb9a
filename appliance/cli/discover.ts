// `hob discover`: the boxes on the local network, as they present themselves; which one is this is marked.
import { networkRoutes } from '../contracts/network.ts'
import { HobError } from '../errors.ts'
import type { Command } from './command.ts'
import { table } from './words.ts'

export const discover: Command = {
  name: 'discover',
  usage: [['discover [--seconds 3]', 'the boxes on the local network']],
  run: async ({ args, json, terminal, box }) => {
    const seconds = secondsOf(args)
    terminal.progress('Looking around the network …')
    const { boxes } = await box.client.call(networkRoutes.discover, { query: { seconds } }, box.caller)
    terminal.progress('')
    if (json) return terminal.write(JSON.stringify({ boxes }, null, 2))
    if (boxes.length === 0) return terminal.write('No box answered.')
    const rows = boxes.map((found) => [
      `${found.name}${found.own ? ' (this one)' : ''}`,
      `https://${found.host}${found.port === 443 ? '' : `:${found.port}`}`,
      [...found.addresses.v4, ...found.addresses.v6].join(' '),
      found.claimed === null ? '?' : found.claimed ? 'yes' : 'no',
      found.version ?? '?',
      found.fingerprint ?? '–',
    ])
    terminal.write(table([['Name', 'Page', 'Addresses', 'Claimed', 'Version', 'Root'], ...rows]))
  },
}

function secondsOf(args: readonly string[]): number {
  const [flag, value, ...rest] = args
  if (flag === undefined) return 3
  if (flag !== '--seconds' || value === undefined || rest.length > 0 || !/^([1-9]|10)$/.test(value))
    throw new HobError('usage', { detail: '`hob discover` takes --seconds with 1 to 10.' })
  return Number(value)
}
