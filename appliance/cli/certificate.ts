// `hob certificate`: with what the box proves itself to browsers; a certificate of one's own in its place, and back.
import { readFile } from 'node:fs/promises'
import { networkRoutes, type ServedCertificate } from '../contracts/network.ts'
import { HobError } from '../errors.ts'
import type { Command, CommandInput } from './command.ts'
import { readFlags, usageError } from './flags.ts'

const options = {
  key: { type: 'string' },
  chain: { type: 'string' },
  own: { type: 'boolean' },
} as const

export const certificate: Command = {
  name: 'certificate',
  usage: [
    ['certificate', 'the certificate in use, and the root’s fingerprint'],
    ['certificate --key FILE --chain FILE', 'one of yours instead, both in PEM'],
    ['certificate --own', 'back to the box’s own'],
  ],
  run: async (input) => {
    const { json, terminal } = input
    const served = await call(input)
    terminal.write(json ? JSON.stringify(served, null, 2) : inWords(served))
  },
}

async function call({ args, box }: CommandInput): Promise<ServedCertificate> {
  const { key, chain, own = false } = readFlags({ args: [...args], options }).values
  if (own && (key !== undefined || chain !== undefined))
    throw usageError('certificate takes --own, or --key and --chain')
  if (own) return await box.client.call(networkRoutes.dropCertificate, {}, box.caller)
  if (key === undefined && chain === undefined)
    return await box.client.call(networkRoutes.certificate, {}, box.caller)
  if (key === undefined || chain === undefined)
    throw usageError('certificate wants both: --key FILE and --chain FILE')
  const pair = { key: await read(key), chain: await read(chain) }
  return await box.client.call(networkRoutes.useCertificate, { json: pair }, box.caller)
}

/** Here, as whoever types the command: the box itself never opens a path that it is told. */
async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new HobError('file_not_found', { path }, { cause: error })
  }
}

function inWords(served: ServedCertificate): string {
  const whose = served.source === 'box' ? 'the box’s own, renewed by itself' : 'yours'
  return [
    `Certificate: ${whose}`,
    `  from        ${served.issuer}`,
    `  good until  ${served.notAfter.slice(0, 10)}`,
    `  names       ${served.names.join(' ')}`,
    `  addresses   ${served.addresses.join(' ')}`,
    `  SHA-256     ${served.fingerprint}`,
    'Root of this box:',
    `  SHA-256     ${served.caFingerprint}`,
  ].join('\n')
}
