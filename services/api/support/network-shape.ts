// How the machine is on its networks, for somebody who is not there: which interfaces there are, and what kinds of address they have.
import { networkInterfaces } from 'node:os'

export interface InterfaceShape {
  readonly name: string
  readonly mac: string
  readonly addresses: readonly string[]
}

/** As the machine has them: to be masked before they leave. */
export const networkShape = (): InterfaceShape[] =>
  Object.entries(networkInterfaces()).map(([name, addresses = []]) => ({
    name,
    mac: addresses[0]?.mac ?? '',
    addresses: addresses.map(({ address, netmask }) => `${address} mask ${netmask}`),
  }))
