// A whole box on a network of its own is given another host name: who looks for it finds it there, verified, and no
// longer under the old one. Where another device has the name already, the box says which one it got instead.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { networkRoutes } from '#appliance/contracts/network.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { type Client, createClient } from '#appliance/ipc/client.ts'
import { socketPath } from '#appliance/ipc/serve.ts'
import { freePort } from '#benchmarks/box.ts'
import { makeAdvert } from '#services/api/discovery/advert.ts'
import { type Box, startBox } from './box.ts'
import type { Order, Word } from './discovery-box.ts'
import { createLan, type Lan, lanUnavailable, type Machine } from './lan.ts'

const why = lanUnavailable()
const program = fileURLToPath(new URL('discovery-box.ts', import.meta.url))
const noBus = { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent' }
const caller = { principal: localOwner('socket'), timeoutMs: 60_000 }

type Ordered<One = Order> = One extends Order ? Omit<One, 'id'> : never

/** One order at a time. */
async function obey(other: ChildProcess, order: Ordered): Promise<unknown> {
  const said = new Promise<Word>((resolve) => {
    const take = (word: Word): void => {
      if (!('id' in word)) return
      other.off('message', take)
      resolve(word)
    }
    other.on('message', take)
  })
  other.send({ ...order, id: 1 })
  const word = await said
  if (!('answer' in word)) throw new Error(JSON.stringify(word))
  return word.answer
}

describe.skipIf(why !== null)(`a box with another name${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let lan: Lan
  let phone: Machine
  let looking: ChildProcess
  let box: Box
  let plainPort: number
  let client: Client
  const address = '10.78.0.1'

  beforeAll(async () => {
    lan = createLan()
    const kitchen = lan.machine('k', address)
    phone = lan.machine('p', '10.78.0.2')
    plainPort = await freePort()
    looking = phone.start(process.execPath, [program], {
      env: { PATH: process.env['PATH'], ...noBus },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const ready = once(looking, 'message')
    box = await startBox({
      enter: kitchen.enter,
      environment: { HOB_TLS: 'on', HOB_LISTEN: '0.0.0.0', HOB_PLAIN_PORT: String(plainPort), ...noBus },
    })
    await ready
    client = createClient({ service: 'api', socketPath: socketPath(`${box.dataDir}/run`, 'api') })
  }, 240_000)

  afterAll(async () => {
    client?.close()
    looking?.kill('SIGKILL')
    await box?.stop()
    lan?.close()
  })

  const heard = async (host: string): Promise<string[]> =>
    z
      .array(z.string())
      .nullable()
      .parse(await obey(looking, { do: 'ask', host })) ?? []
  /** What a browser on the phone would get, that trusts the root of the plain port. */
  const open = (host: string): string => {
    const ca = `/tmp/hob-rename-${box.port}.pem`
    phone.run('curl', '-s', '-o', ca, `http://${address}:${plainPort}/ca.pem`)
    const at = ['--cacert', ca, '--resolve', `${host}:${box.port}:${address}`]
    const write = ['-o', '/dev/null', '-w', '%{http_code}', '-m', '15']
    try {
      return phone.run('curl', '-s', ...at, ...write, `https://${host}:${box.port}/healthz`)
    } catch (error) {
      return String(error)
    }
  }

  it('is found and verified under it, and the old name is nobody’s on the network', async () => {
    const { host: old } = await client.call(networkRoutes.names, {}, caller)
    await expect.poll(() => heard(old.replace('.local', '')), { timeout: 60_000 }).toContain(address)
    expect(open(old)).toBe('200')

    const names = await client.call(networkRoutes.rename, { json: { label: 'pantry' } }, caller)
    expect(names.host).toBe('pantry.local')
    expect(names.addresses[0]).toBe(`https://pantry.local:${box.port}`)
    await expect.poll(() => heard('pantry'), { timeout: 60_000 }).toContain(address)
    await expect.poll(() => heard(old.replace('.local', '')), { timeout: 60_000 }).toEqual([])
    expect(open('pantry.local')).toBe('200')
    // who has the old address still gets an answer, and is verified
    expect(open(old)).toBe('200')
  })

  it('takes the next one where it is taken, and its certificate and pages follow', async () => {
    const names = { id: 'd'.repeat(16), host: 'study', name: 'Other' }
    const advert = makeAdvert({ names, port: 4620, version: '0.1.0', claimed: true, caFingerprint: null })
    await obey(looking, { do: 'publish', advert })
    const mine = await client.call(networkRoutes.rename, { json: { label: 'study' } }, caller)
    await expect
      .poll(async () => (await client.call(networkRoutes.names, {}, caller)).host, { timeout: 60_000 })
      .toBe('study-2.local')
    expect(mine.label).toBe('study')
    await expect.poll(() => open('study-2.local'), { timeout: 60_000 }).toBe('200')
  })
})
