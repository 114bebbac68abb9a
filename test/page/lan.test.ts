// The box's network on its page: a fixed address that is kept, one that is undone, one that takes the page along to
// another address, and Wi-Fi. In a real browser against the fake box.
import { connect, createServer, type Server } from 'node:net'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { ethernet } from '#test/fakes/system.ts'
import { noBrowser, type View } from './browser.ts'
import { button, card, phone, refusals, sound, useScene } from './machine-scene.ts'

describe.skipIf(noBrowser !== null)(
  `the network’s page${noBrowser === null ? '' : ` (${noBrowser})`}`,
  () => {
    const scene = useScene()

    const fill = async (page: Page, address: string, gateway = '192.168.1.1'): Promise<void> => {
      await button(page, 'Change address: Cable enp1s0').click()
      await page.getByLabel('Address', { exact: true }).fill(address)
      await page.getByLabel('Router', { exact: true }).fill(gateway)
    }
    const change = async (page: Page, address: string): Promise<void> => {
      await fill(page, address)
      await button(page, 'Change').click()
      const question = page.getByRole('dialog', { name: `Change the address to ${address}?` })
      await question.getByText('Unless you say within 1 minute').waitFor()
      await question.getByRole('button', { name: 'Change' }).click()
    }
    const trial = (page: Page) => page.locator('.trial')
    const inSight = (page: Page): Promise<boolean> =>
      trial(page).evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect()
        return top >= 0 && bottom <= window.innerHeight
      })

    it('draws the map, and what each connection has', async () => {
      const page = await scene.visit('/box/network')
      const map = page.getByRole('img', { name: /^How this device reaches the box/ })
      await map.waitFor()
      expect(await map.innerText()).toMatch(/192\.168\.1\.1\s.*192\.168\.1\.20/s)
      const connections = card(page, 'Connections')
      await connections.getByText('192.168.1.20/24, fe80::1e69:7aff:fe0b:112f/64').waitFor()
      expect(await button(page, 'Change address: Wi-Fi wlp2s0').count()).toBe(0)
    })

    it('checks an address while it is typed, and says what is wrong with it', async () => {
      const page = await scene.visit('/box/network')
      await fill(page, '192.168.1.300')
      const apply = button(page, 'Change')
      await page.getByText('Four numbers from 0 to 255, like 192.168.1.20.').waitFor()
      expect(await apply.isDisabled()).toBe(true)
      await sound(page, 'address wrong')
      await page.getByLabel('Address', { exact: true }).fill('192.168.1.255')
      await page.getByText('belong to no machine').waitFor()
      await page.getByLabel('Address', { exact: true }).fill('192.168.2.20')
      await page.getByText('The router must be in the same network').waitFor()
      await page.getByLabel('Size of the network').selectOption('22')
      expect(await apply.isEnabled()).toBe(true)
      await page.getByLabel('Name servers', { exact: true }).fill('router')
      await page.getByText('Addresses, separated by commas').waitFor()
      expect(await apply.isDisabled()).toBe(true)
      expect(scene.asked('PUT network')).toEqual([])
    })

    for (const view of [phone, { size: 'laptop', theme: 'dark' }] as View[])
      it(`changes to a fixed address, finds the box there, and keeps it when told to (${view.size})`, async () => {
        scene.expected = refusals
        const { api } = scene
        api.machine.onChange = () => {
          api.away = true
        }
        const page = await scene.visit('/box/network', view)
        await change(page, '192.168.1.30')
        await trial(page)
          .getByText(/^undone in \d+ sec/)
          .waitFor()
        await trial(page).getByText('Changing over, and looking for the box…').waitFor()
        expect(await button(page, 'Keep it').isDisabled()).toBe(true)
        expect(await inSight(page)).toBe(true)
        await trial(page).getByText('The new address is ready in').waitFor()
        await sound(page, `trial ${view.size}`)
        api.away = false
        await trial(page).getByText('The box answers. Keep the new address?').waitFor()
        await sound(page, `reached ${view.size}`)
        // the focus is where the hand is wanted
        await page.keyboard.press('Enter')
        await trial(page).getByText('From now on the box is at 192.168.1.30.').waitFor()
        await sound(page, `kept ${view.size}`)
        await button(page, 'Done').click()
        expect(await trial(page).count()).toBe(0)
        await card(page, 'Connections').getByText('192.168.1.30/24').waitFor()
        expect(scene.asked('PUT network')[0]?.body).toEqual({
          method: 'static',
          address: '192.168.1.30/24',
          gateway: '192.168.1.1',
          dns: ['192.168.1.1'],
        })
      })

    it('says that nobody kept the change, when the box comes back with its old address', async () => {
      scene.expected = refusals
      const { api } = scene
      api.machine.onChange = () => {
        api.away = true
      }
      const page = await scene.visit('/box/network')
      // a minute of this device passes when the test says so
      await page.clock.install()
      await change(page, '192.168.1.30')
      await trial(page)
        .getByText(/^undone in \d+ sec/)
        .waitFor()
      await page.clock.fastForward(61_000)
      await trial(page).getByText('The time is up: the box goes back').waitFor()
      expect(await button(page, 'Undo now').isDisabled()).toBe(true)
      await sound(page, 'late')
      api.machine.undo()
      api.away = false
      await page.clock.runFor(5_000)
      await trial(page).getByText('The change was undone').waitFor()
      await trial(page).getByText('The box is at 192.168.1.20 again.').waitFor()
      await sound(page, 'undone')
      expect(scene.asked('POST network')).toEqual([])
    })

    it('undoes a change at once when told to', async () => {
      const page = await scene.visit('/box/network')
      await change(page, '192.168.1.30')
      await trial(page).getByText('The box answers.').waitFor()
      await button(page, 'Undo now').click()
      await trial(page).getByText('The box is at 192.168.1.20, as before.').waitFor()
      expect(scene.api.machine.network.interfaces[0]).toEqual(ethernet())
    })

    it('leads to the new address whoever came by the old one: signing in there keeps the change', async () => {
      scene.expected = /Failed to load resource|WebSocket|left the box/
      const { api } = scene
      const { port } = new URL(api.url)
      // another address of this machine stands for the box's new one
      api.machine.network.interfaces[0] = { ...ethernet(), addresses: ['127.0.0.1/8'] }
      const there = await listenAt('127.0.0.9', Number(port))
      try {
        const page = await scene.visit('/box/network')
        await fill(page, '127.0.0.9', '127.0.0.2')
        await button(page, 'Change').click()
        await page.getByRole('dialog').getByRole('button', { name: 'Change' }).click()
        await trial(page).waitFor()
        // the old page has lost its box
        await page.route('**/hob/v1/**', (route) => route.abort())
        await trial(page).getByText('This page came by the old address.').waitFor()
        const link = page.getByRole('link', { name: `Open http://127.0.0.9:${port}` })
        await sound(page, 'open there')
        // cookies are a host's own: there somebody has to sign in
        api.door.signedIn = null
        const [opened] = await Promise.all([page.context().waitForEvent('page'), link.click()])
        await opened.getByLabel('Name', { exact: true }).fill('Anna')
        await opened.getByLabel('Password', { exact: true }).fill('three small owls')
        await opened.keyboard.press('Enter')
        await opened.getByText('Kept: this page was opened at the new address').waitFor()
        expect(new URL(opened.url()).hash).toBe('')
        expect(api.machine.network.pending).toBe(null)
        expect(scene.asked('POST network')).toHaveLength(1)
      } finally {
        there.close()
      }
    })

    it('shows a change that another page made, and says that an old link is over', async () => {
      const { api } = scene
      api.machine.answer(
        'PUT network',
        ['enp1s0'],
        { method: 'static', address: '192.168.1.31/24', gateway: null, dns: [] },
        new URLSearchParams(),
      )
      const page = await scene.visit('/box/network#keep=9-9')
      await page.getByText('This change is no longer open').waitFor()
      await trial(page).getByText('The box answers.').waitFor()
      await button(page, 'Keep it').click()
      await trial(page).getByText('From now on the box is at 192.168.1.31.').waitFor()
      expect(api.machine.network.pending).toBe(null)
    })

    it('joins a Wi-Fi network with its password, names what forgetting cuts off, and forgets it', async () => {
      const page = await scene.visit('/box/network', { size: 'phone', theme: 'dark' })
      const air = card(page, 'Wi-Fi')
      await air.getByText('signal 88% · with a password').waitFor()
      await air.getByText('the box cannot join it').waitFor()
      expect(await button(page, 'Join: Office').count()).toBe(0)
      await button(page, 'Join: Attic').click()
      await page.getByLabel('Password of the network').fill('short')
      expect(await air.getByRole('button', { name: 'Join', exact: true }).isDisabled()).toBe(true)
      await page.getByLabel('Password of the network').fill('the owl sleeps')
      await air.scrollIntoViewIfNeeded()
      await sound(page, 'wifi join')
      await page.keyboard.press('Enter')
      await page.getByText('The box is on Attic').waitFor()
      await air.getByText('in use').waitFor()
      expect(scene.asked('PUT wifi')[0]?.body).toEqual({ ssid: 'Attic', password: 'the owl sleeps' })
      expect(await page.content()).not.toContain('the owl sleeps')
      await button(page, 'Forget: Attic').click()
      const question = page.getByRole('dialog', { name: 'Forget Attic?' })
      await question.getByText('Its password is deleted from the box.').waitFor()
      expect(await question.innerText()).not.toContain('cannot be reached any more')
      await question.getByRole('button', { name: 'Forget' }).click()
      await page.getByText('Attic is forgotten').waitFor()
      await button(page, 'Join: Attic').waitFor()
    })

    it('says that there is no Wi-Fi in the machine, and that no network is in the air, as long as that is so', async () => {
      const { machine } = scene.api
      const heard = machine.networks
      machine.networks = []
      let page = await scene.visit('/box/network')
      await page.getByText('No network is in the air here').waitFor()
      machine.networks = heard
      await button(page, 'Join: Attic').waitFor()
      const asked = scene.asked('GET wifi').length
      machine.network = { interfaces: [ethernet()], pending: null }
      page = await scene.visit('/box/network')
      await page.getByText('This machine has no Wi-Fi').waitFor()
      await page.getByText('This machine has no Wi-Fi').scrollIntoViewIfNeeded()
      await sound(page, 'no wifi')
      expect(scene.asked('GET wifi')).toHaveLength(asked)
    })
  },
)

/** The same box at another address of this machine. */
async function listenAt(host: string, port: number): Promise<Server> {
  const server = createServer((socket) => {
    const box = connect(port, '127.0.0.1')
    socket.pipe(box).pipe(socket)
    for (const end of [socket, box])
      end.on('error', () => {
        socket.destroy()
        box.destroy()
      })
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  return server
}
