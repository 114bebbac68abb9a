// `hob stick FOLDER`: does what a HOB-CONFIG stick says (appliance/stick/README.md), through the routes with which its owner would; the
// unit hob-stick@ runs it when one is plugged in. Early in a start the network may not be there yet: it is tried again for some minutes.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Addressing, hostNetworkRoutes, type Interface } from '../contracts/host-network.ts'
import { identityRoutes } from '../contracts/identity.ts'
import { ofTheSystem } from '../contracts/openapi.ts'
import { type ErrorCode, HobError } from '../errors.ts'
import { parseStick, type Stick } from '../stick/parse.ts'
import { readStick } from '../stick/read.ts'
import type { Command, CommandInput } from './command.ts'
import { usageError } from './flags.ts'

/** What may be otherwise in a moment: a radio that is found late, a cable, a network that is just being set. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'service_unavailable',
  'interface_not_found',
  'interface_unplugged',
  'change_pending',
  'wifi_unavailable',
  'wifi_failed',
])
const triesMs = 300_000
const betweenMs = 10_000
/** A change is made when it has been answered; only what was made can be confirmed. */
const madeAfterMs = 2_000

export const stick: Command = {
  name: 'stick',
  usage: [['stick FOLDER', 'do what the hob.conf in it says, as from a HOB-CONFIG stick']],
  run: async (input) => {
    const [folder, ...more] = input.args
    if (folder === undefined || more.length > 0) throw usageError('stick wants one folder')
    await obey(input, parseStick(readStick(folder)))
    input.terminal.write('the stick may be pulled out')
  },
}

async function obey(input: CommandInput, { claim, wifi, addressing }: Stick): Promise<void> {
  if (claim) await again(input, () => renewClaim(input))
  if (wifi !== null) await again(input, () => join(input, wifi))
  if (addressing !== null)
    await again(input, () => address(input, addressing, wifi === null ? 'ethernet' : 'wifi'))
}

async function renewClaim({ terminal, box }: CommandInput): Promise<void> {
  try {
    await box.client.call(identityRoutes.renewClaimCode, {}, box.caller)
    terminal.write('the box shows a new claim code')
  } catch (error) {
    if (!(error instanceof HobError) || error.code !== 'already_claimed') throw error
    terminal.write('the box has an owner: there is no claim code to renew')
  }
}

async function join({ terminal, box }: CommandInput, wifi: NonNullable<Stick['wifi']>): Promise<void> {
  const { interfaces } = await box.client.call(ofTheSystem(hostNetworkRoutes.network), {}, box.caller)
  if (!interfaces.some((one) => one.wifi?.ssid === wifi.ssid && one.state === 'connected')) {
    await box.client.call(ofTheSystem(hostNetworkRoutes.joinWifi), { json: wifi }, box.caller)
  }
  terminal.write(`the box is in the Wi-Fi ${wifi.ssid}`)
}

async function address(
  { terminal, box }: CommandInput,
  json: Addressing,
  kind: Interface['kind'],
): Promise<void> {
  const { network, changeNetwork, confirmNetworkChange } = hostNetworkRoutes
  const { interfaces } = await box.client.call(ofTheSystem(network), {}, box.caller)
  const ours = interfaces.filter((one) => one.kind === kind)
  const on = ours.find(({ state }) => state === 'connected') ?? ours[0]
  if (on === undefined) throw new HobError('interface_not_found', { device: kind })
  if (!isSo(on, json)) {
    const params = { device: on.device }
    const { id } = await box.client.call(ofTheSystem(changeNetwork), { params, json }, box.caller)
    await sleep(madeAfterMs)
    await box.client.call(ofTheSystem(confirmNetworkChange), { params: { id } }, box.caller)
  }
  const what = json.method === 'static' ? `the address ${json.address}` : 'an automatic address'
  terminal.write(`${on.device} has ${what}`)
}

/** A stick that was forgotten in the box changes nothing at its next start. */
function isSo({ method, addresses, gateway, dns }: Interface, wanted: Addressing): boolean {
  if (wanted.method === 'automatic' || method !== 'static') return method === wanted.method
  const isSame = addresses.includes(wanted.address) && gateway === wanted.gateway
  return isSame && dns.join(' ') === wanted.dns.join(' ')
}

async function again({ terminal }: CommandInput, work: () => Promise<void>): Promise<void> {
  for (const until = performance.now() + triesMs; ; await sleep(betweenMs)) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof HobError) || !passing.has(error.code) || performance.now() > until) throw error
      terminal.write(`${error.message} Trying again.`)
    }
  }
}
