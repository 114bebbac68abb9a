// `hob name`: what the box is called and where its page is; with a name or a host label, another one from now on.
import { type BoxNames, networkRoutes } from '../contracts/network.ts'
import type { Command } from './command.ts'
import { readFlags } from './flags.ts'
import { qrText } from './qr.ts'

const options = { host: { type: 'string' } } as const

export const name: Command = {
  name: 'name',
  usage: [
    ['name', 'what the box is called, and its address as QR'],
    ['name [NEW] [--host LABEL]', 'another name, another address'],
  ],
  run: async ({ args, json, terminal, box }) => {
    const { values, positionals } = readFlags({ args: [...args], options, allowPositionals: true })
    const wanted = {
      ...(positionals.length === 0 ? {} : { name: positionals.join(' ') }),
      ...(values.host === undefined ? {} : { label: values.host }),
    }
    const asks = Object.keys(wanted).length > 0
    if (asks) terminal.progress('Telling the network …')
    const names = await (asks
      ? box.client.call(networkRoutes.rename, { json: wanted }, box.caller)
      : box.client.call(networkRoutes.names, {}, box.caller))
    if (asks) terminal.progress('')
    if (json) return terminal.write(JSON.stringify(names, null, 2))
    terminal.write(inWords(names))
    const [best] = names.addresses
    if (best !== undefined && !asks) terminal.write(`\n${qrText(best)}\n`)
  },
}

function inWords({ name: called, label, host, addresses }: BoxNames): string {
  const lines = [called, ...addresses.map((address) => `  ${address}`)]
  if (host !== `${label}.local`)
    lines.push(`The network knows it as ${host}: ${label}.local is taken, or was not announced yet.`)
  return lines.join('\n')
}
