// What the tests of virtual machines share: the image that they are flashed with, and a house to stand them in: a LAN with a router
// that gives out addresses and a phone, in network namespaces.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { avahiUnavailable } from '../../system/avahi-machine.ts'
import { createLan, type Lan, lanUnavailable, type Machine } from '../../system/lan.ts'
import { made } from '../made/made.ts'
import { qemuUnavailable, type Vm } from '../qemu.ts'

export const houseUnavailable = (): string | null =>
  lanUnavailable() ??
  qemuUnavailable() ??
  avahiUnavailable() ??
  (existsSync('/usr/sbin/dnsmasq') ? null : 'missing: /usr/sbin/dnsmasq')

/** The raw file that a person would flash, unpacked. */
export const flashable = (): string => process.env['HOB_IMAGE'] ?? made('.img')

export interface House {
  readonly lan: Lan
  readonly phone: Machine
  readonly folder: string
  close(): Promise<void>
}

export function createHouse(): House {
  const lan = createLan()
  const router = lan.machine('router', '10.78.0.1')
  const folder = mkdtempSync(join(tmpdir(), 'hob-house-'))
  const dhcp = router.start(
    'dnsmasq',
    [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--port=0',
      '--interface=eth0',
      '--bind-interfaces',
      '--dhcp-range=10.78.0.100,10.78.0.150,1h',
      '--dhcp-authoritative',
      `--dhcp-leasefile=${join(folder, 'leases')}`,
      '--pid-file=',
      '--user=root',
    ],
    { stdio: 'ignore' },
  )
  return {
    lan,
    phone: lan.machine('phone', '10.78.0.2'),
    folder,
    close: async () => {
      const ended = new Promise((resolve) => dhcp.once('exit', resolve))
      dhcp.kill()
      await ended
      lan.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Waits until systemd has started all that it is to start, and says `running` or `degraded`. */
export const whenStarted = async (vm: Vm): Promise<string> =>
  (await vm.try('systemctl is-system-running --wait')).output.trim()

/** The address that the router has given it. An emulated start takes minutes on a busy machine. */
export async function addressOf(vm: Vm): Promise<string> {
  for (const until = Date.now() + 600_000; Date.now() < until; await sleep(1_000)) {
    const found = /10\.78\.0\.\d+/.exec(await vm.run('ip -4 -o address show scope global'))
    if (found !== null) return found[0]
  }
  throw new Error('the machine was given no address')
}

/** The status with which the page answers a phone, as soon as it does. */
export async function whenAnswers(phone: Machine, address: string, timeoutMs = 900_000): Promise<string> {
  for (const until = Date.now() + timeoutMs; ; await sleep(500)) {
    try {
      const how = ['-sk', '--max-time', '15', '-o', '/dev/null', '-w', '%{http_code}']
      return phone.run('curl', ...how, `https://${address}/healthz`)
    } catch (error) {
      if (Date.now() > until) throw error
    }
  }
}

export type Ask = (method: string, path: string, body?: object) => { status: number; answer: unknown }

/** Claims a new box from the phone, and asks it things in the owner's session. */
export async function claim({ phone, folder }: House, box: Vm, address: string): Promise<Ask> {
  const cookies = join(folder, `cookies-${address}`)
  const ask: Ask = (method, path, body) => {
    const session = ['--cookie', cookies, '--cookie-jar', cookies]
    const headers = ['-H', `origin: https://${address}`, '-H', 'content-type: application/json']
    const content = body === undefined ? [] : ['--data', JSON.stringify(body)]
    const how = ['-sk', '--max-time', '90', '-w', '\n%{http_code}', '-X', method]
    const said = phone.run(
      'curl',
      ...how,
      ...session,
      ...headers,
      ...content,
      `https://${address}/hob/v1${path}`,
    )
    const end = said.lastIndexOf('\n')
    const text = said.slice(0, end)
    return { status: Number(said.slice(end)), answer: text === '' ? null : JSON.parse(text) }
  }
  const { code } = JSON.parse(await box.run('hob claim --code --json')) as { code: string }
  const { status, answer } = ask('POST', '/claim', { code, name: 'Anna', password: 'three small owls' })
  if (status !== 201) throw new Error(`the claim was answered with ${status}: ${JSON.stringify(answer)}`)
  return ask
}

/** What must differ between two boxes, and stay with each. */
export async function identityOf(vm: Vm): Promise<Record<string, string>> {
  const of = async (line: string): Promise<string> => (await vm.run(line)).trim()
  const { code } = JSON.parse(await of('hob claim --code --json')) as { code: string }
  return {
    machineId: await of('cat /etc/machine-id'),
    name: await of('hob name --json'),
    certificate: await of('sha256sum /var/lib/hob/api/tls/*.pem'),
    data: await of('findmnt --noheadings --output UUID /var'),
    code,
  }
}
