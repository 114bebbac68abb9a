// A tree that owns its network, on a LAN of the test's own: NetworkManager has one cable, for which a profile on the disk says
// 10.77.0.2; with Hob on it or without.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../system/box.ts'
import { createLan, type Machine } from '../system/lan.ts'
import { type Booted, bootTree } from './nspawn.ts'
import { copyTree, networkPackages } from './tree.ts'

export interface NetworkBox {
  readonly phone: Machine
  /** The tree, as this machine sees it. */
  readonly path: string
  /** Again, after `powerOff`. */
  boot(): Promise<Booted>
  remove(): void
}

const wired = `[connection]
id=wired
uuid=7e2f2f5e-2b1c-4d0b-9f0d-0f8f4f0b6a11
type=ethernet
interface-name=eth0

[ipv4]
method=manual
address1=10.77.0.2/24
gateway=10.77.0.1
dns=10.77.0.1
`

export function networkBox({ withHob }: { withHob: boolean }): NetworkBox {
  const lan = createLan()
  const machine = lan.machine('box', '10.77.0.2')
  const phone = lan.machine('phone', '10.77.0.3')
  const tree = copyTree({ more: networkPackages })
  if (withHob) {
    const how = [join(root, 'systemd/install.ts'), '--root', tree.path]
    execFileSync(process.execPath, how, { stdio: ['ignore', 'ignore', 'pipe'] })
  }
  const profiles = join(tree.path, 'etc/NetworkManager/system-connections')
  mkdirSync(profiles, { recursive: true })
  writeFileSync(join(profiles, 'wired.nmconnection'), wired, { mode: 0o600 })
  return {
    phone,
    path: tree.path,
    boot: async () => {
      // nobody but NetworkManager gives it an address
      machine.run('ip', 'address', 'flush', 'dev', 'eth0')
      machine.link('down')
      return await bootTree(tree.path, machine, { ownsNetwork: true })
    },
    remove: () => {
      tree.remove()
      lan.close()
    },
  }
}
