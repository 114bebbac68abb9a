// A whole box on a machine of a test's LAN, with TLS, listening to all; and what others there see of it: its page, its
// certificate, what it sent. Its names can be forced before it starts.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { doorSchema } from '#appliance/contracts/identity.ts'
import { foundBoxSchema } from '#appliance/contracts/network.ts'
import { type Box, root, startBox } from './box.ts'
import type { Machine } from './lan.ts'

const run = promisify(execFile)
const port = 4620
const withinMs = 60_000
/** Two boxes start at once, and each measures its machine. */
const startsWithinMs = 240_000

export interface LanBox {
  readonly box: Box
  readonly machine: Machine
  readonly id: string
  /** What the door says, asked for by a name or an address, over TLS that the box's root must vouch for. */
  door(name: string): Promise<z.infer<typeof doorSchema>>
  /** The HTTP status for a request that names this host, whatever the certificate says. */
  statusFor(host: string): Promise<number>
  /** The names and addresses in the certificate that it shows, by openssl. */
  leaf(): Promise<string[]>
  /** `hob discover` there. */
  discover(): Promise<z.infer<typeof foundSchema>['boxes']>
  /** The machine's addresses by `ip`, loopback's left out. */
  addresses(): { v4: string[]; v6: string[] }
  /** On its link so far, in bytes, and what it sent in packets too. */
  traffic(): { received: number; sent: number; packets: number }
  stop(): Promise<void>
}

interface Uses {
  machine: Machine
  /** Who looks from outside. */
  from: Machine
  /** How the box finds avahi, or does not. */
  bus: string
  names: { id: string; host: string; name: string }
}

const foundSchema = z.object({ boxes: z.array(foundBoxSchema.extend({ own: z.boolean() })) })
const addressesSchema = z.array(
  z.object({ addr_info: z.array(z.object({ family: z.string(), local: z.string() })) }),
)
const counts = z.object({ bytes: z.number(), packets: z.number() })
const none = { bytes: 0, packets: 0 }
const linksSchema = z.array(z.object({ stats64: z.object({ rx: counts, tx: counts }) }))

export async function startLanBox({ machine, from, bus, names }: Uses): Promise<LanBox> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hob-lan-'))
  mkdirSync(join(dataDir, 'api'), { mode: 0o700 })
  writeFileSync(join(dataDir, 'api', 'box.json'), JSON.stringify(names), { mode: 0o600 })
  const box = await startBox({
    dataDir,
    enter: machine.enter,
    readyWithinMs: startsWithinMs,
    environment: {
      HOB_TLS: 'on',
      HOB_LISTEN: '::',
      HOB_PORT: String(port),
      DBUS_SYSTEM_BUS_ADDRESS: bus,
    },
  })
  const at = (where: Machine, [command, ...args]: readonly [string, ...string[]]): Promise<string> => {
    const [enter = '', ...before] = where.enter
    const options = { timeout: withinMs, env: box.environment, cwd: root }
    return run(enter, [...before, command, ...args], options).then(({ stdout }) => stdout)
  }
  const curl = (...args: string[]): Promise<string> =>
    at(from, ['curl', '-s', '--noproxy', '*', '--max-time', '30', ...args])
  const here = (): string => `${machine.address}:${port}`

  return {
    box,
    machine,
    id: names.id,
    door: async (name) => {
      const way = ['--cacert', join(dataDir, 'api/tls/ca.pem'), '--connect-to', `::${here()}`]
      return doorSchema.parse(JSON.parse(await curl(...way, `https://${name}:${port}/hob/v1/door`)))
    },
    statusFor: async (host) => {
      const header = ['-H', `Host: ${host}:${port}`]
      return Number(
        await curl('-k', '-o', '/dev/null', '-w', '%{http_code}', ...header, `https://${here()}/hob/v1/door`),
      )
    },
    leaf: async () => {
      const show = `openssl s_client -connect ${here()} </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName`
      const text = await at(from, ['sh', '-c', show])
      return [...text.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = '']) => name.toLowerCase())
    },
    discover: async () =>
      foundSchema.parse(
        JSON.parse(
          await at(machine, [
            process.execPath,
            'appliance/cli/hob.mjs',
            'discover',
            '--seconds',
            '2',
            '--json',
          ]),
        ),
      ).boxes,
    addresses: () => {
      const [link] = addressesSchema.parse(JSON.parse(machine.run('ip', '-j', 'address', 'show', 'eth0')))
      const of = (family: string): string[] =>
        (link?.addr_info ?? []).flatMap((each) => (each.family === family ? [each.local] : [])).sort()
      return { v4: of('inet'), v6: of('inet6') }
    },
    traffic: () => {
      const [link] = linksSchema.parse(JSON.parse(machine.run('ip', '-j', '-s', 'link', 'show', 'eth0')))
      const { rx, tx } = link?.stats64 ?? { rx: none, tx: none }
      return { received: rx.bytes, sent: tx.bytes, packets: tx.packets }
    },
    stop: async () => {
      await box.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
