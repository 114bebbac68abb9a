// One suite, every NetworkManager: what the fake does is what the real one does (test/image/network-manager.test.ts), so that tests
// built on the fake say something about the product.
import { beforeAll, describe, expect, test } from 'vitest'
import type { Addressing, Interface } from '#appliance/contracts/host-network.ts'
import type { NetworkManager } from '#appliance/host/network-manager.ts'

/** One machine with one cable; what is set for `device` on its disk is `first`. */
export interface NetworkWorld {
  readonly network: NetworkManager
  readonly device: string
  readonly first: Addressing & { method: 'static' }
  /** A Wi-Fi network in the air, where the machine has a radio. */
  readonly air: { ssid: string; password: string } | null
  /** NetworkManager is killed and started again; resolves when it knows the interface. */
  restart(): Promise<void>
  /** Lets a trial's time pass; resolves when nothing is on trial. */
  passTrial(): Promise<void>
}

const elsewhere = {
  method: 'static',
  address: '10.88.0.2/24',
  gateway: '10.88.0.1',
  dns: ['10.88.0.1', '9.9.9.9'],
} as const satisfies Addressing

const code = async (refused: Promise<unknown>): Promise<unknown> =>
  await refused.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )

export function networkManagerSuite(open: () => Promise<NetworkWorld>): void {
  let world: NetworkWorld
  beforeAll(async () => {
    world = await open()
  })

  const own = async (): Promise<Interface | undefined> =>
    (await world.network.read()).interfaces.find(({ device }) => device === world.device)
  /** IPv6 comes and goes by itself. */
  const addresses = async (): Promise<string[] | undefined> =>
    (await own())?.addresses.filter((one) => !one.includes(':'))
  const settlesAt = async (address: string): Promise<void> => {
    await expect.poll(addresses, { timeout: 10_000 }).toEqual([address])
  }
  const onTrial = async (addressing: Addressing) => {
    const change = await world.network.change(world.device, addressing)
    await change.apply()
    return change
  }

  const confirmed = async (addressing: Addressing): Promise<void> => {
    const { pending } = await onTrial(addressing)
    await world.network.confirm(pending.id)
  }

  test('tells how the machine is connected', async () => {
    expect(await own()).toMatchObject({
      device: world.device,
      kind: 'ethernet',
      state: 'connected',
      method: 'static',
      addresses: expect.arrayContaining([world.first.address]) as string[],
      wifi: null,
    })
    expect((await world.network.read()).pending).toBeNull()
  })

  test('refuses what cannot work, and an interface that is not there', async () => {
    const { network, device } = world
    expect(await code(network.change(device, { ...elsewhere, gateway: '10.99.0.1' }))).toBe('network_invalid')
    expect(await code(network.change('eth7', elsewhere))).toBe('interface_not_found')
    expect(await code(network.confirm('9-9'))).toBe('change_not_found')
    expect(await code(network.revert('9-9'))).toBe('change_not_found')
    expect((await network.read()).pending).toBeNull()
  })

  test('a change is announced before it is made, and undone when nobody confirms it', async () => {
    const { pending, apply } = await world.network.change(world.device, elsewhere)
    expect(pending.device).toBe(world.device)
    expect((await world.network.read()).pending).toMatchObject({ id: pending.id, device: world.device })
    await settlesAt(world.first.address)
    await apply()
    await settlesAt(elsewhere.address)
    expect(await own()).toMatchObject({ method: 'static', gateway: '10.88.0.1', dns: [...elsewhere.dns] })
    await world.passTrial()
    await settlesAt(world.first.address)
    expect(await code(world.network.confirm(pending.id))).toBe('change_not_found')
  })

  test('one change at a time', async () => {
    const { pending } = await onTrial(elsewhere)
    expect(await code(world.network.change(world.device, { method: 'automatic' }))).toBe('change_pending')
    await world.network.revert(pending.id)
    await settlesAt(world.first.address)
  })

  test('what is undone before it is made is never made', async () => {
    const { pending, apply } = await world.network.change(world.device, elsewhere)
    await world.network.revert(pending.id)
    expect(await code(apply())).toBe('change_not_found')
    await settlesAt(world.first.address)
  })

  test('automatic is a change like any other', async () => {
    const { pending } = await onTrial({ method: 'automatic' })
    await expect.poll(async () => (await own())?.method, { timeout: 10_000 }).toBe('automatic')
    await world.network.revert(pending.id)
    await settlesAt(world.first.address)
    expect((await own())?.method).toBe('static')
  })

  test('a change that was not confirmed does not survive NetworkManager', async () => {
    await onTrial({ ...elsewhere, address: '10.88.0.3/24' })
    await world.restart()
    expect((await world.network.read()).pending).toBeNull()
    // what the killed one left on the interface may still be there
    await expect.poll(addresses, { timeout: 10_000 }).toContain(world.first.address)
    await confirmed(world.first)
    await settlesAt(world.first.address)
  })

  test('a confirmed one stays when its time is up, and survives', async () => {
    const { pending } = await onTrial(elsewhere)
    await world.network.confirm(pending.id)
    expect((await world.network.read()).pending).toBeNull()
    await world.passTrial()
    await world.restart()
    await settlesAt(elsewhere.address)
    expect(await code(world.network.revert(pending.id))).toBe('change_not_found')
    await confirmed(world.first)
    await settlesAt(world.first.address)
  })

  describe('Wi-Fi', () => {
    test('without a radio there is nothing to see or join', async ({ skip }) => {
      if (world.air !== null) return skip()
      expect(await world.network.wifiSeen()).toEqual([])
      expect(await code(world.network.joinWifi({ ssid: 'home', password: 'hearthside' }))).toBe(
        'wifi_unavailable',
      )
      await world.network.forgetWifi('home')
    })

    test('a password or name that no network has is refused before anything is tried', async () => {
      expect(await code(world.network.joinWifi({ ssid: 'home', password: 'short' }))).toBe('network_invalid')
      expect(await code(world.network.joinWifi({ ssid: '', password: null }))).toBe('network_invalid')
    })

    test('is joined, known, and forgotten', async ({ skip }) => {
      const { air, network } = world
      if (air === null) return skip()
      expect(await code(network.joinWifi({ ...air, password: 'another password' }))).toBe('wifi_failed')
      expect(await network.wifiSeen()).toMatchObject([{ ssid: air.ssid, security: 'password', known: false }])
      await network.joinWifi(air)
      const used = async () => (await network.read()).interfaces.map(({ wifi }) => wifi?.ssid)
      expect(await used()).toContain(air.ssid)
      expect(await network.wifiSeen()).toMatchObject([{ ssid: air.ssid, known: true }])
      await network.forgetWifi(air.ssid)
      expect(await network.wifiSeen()).toMatchObject([{ ssid: air.ssid, known: false }])
      await expect.poll(used, { timeout: 10_000 }).not.toContain(air.ssid)
    })
  })
}
