// A box that was flashed, opened on a phone by its name: claimed with the code on its screen, signed in to, asked something; and what
// its owner does on its pages reaches the machine: a static address that cuts the phone off is undone, a Wi-Fi is joined, and it restarts
// when told to.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch, noBrowser, type OpenPage, open, picture } from '../../page/browser.ts'
import { noTrust, trust } from '../../page/trust.ts'
import { type Disk, flash, startVm, type Vm } from '../qemu.ts'
import {
  addressOf,
  createHouse,
  flashable,
  type House,
  houseUnavailable,
  whenAnswers,
  whenStarted,
} from './house.ts'

const missing = houseUnavailable() ?? noBrowser ?? noTrust
const patientMs = 300_000
const account = { name: 'Anna', password: 'three small owls' } as const

describe.skipIf(missing !== null)(
  `a flashed box on a phone${missing === null ? '' : ` (${missing})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'hob-phone-'))
    let house: House
    let disk: Disk
    let box: Vm
    let browser: Browser
    let origin = ''
    let address = ''
    let phone: OpenPage
    const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
    const heading = async (page: Page, name: string): Promise<void> =>
      await page.getByRole('heading', { name, exact: true }).waitFor()
    /** As the phone's own script asks, in its session. */
    const ask = async (
      method: string,
      path: string,
      body?: object,
    ): Promise<{ status: number; answer: unknown }> =>
      await phone.page.evaluate(
        async ([how, where, text]) => {
          const headers = { 'content-type': 'application/json' }
          const answer = await fetch(where, { method: how, ...(text === '' ? {} : { headers, body: text }) })
          const said = await answer.text()
          return { status: answer.status, answer: said === '' ? null : JSON.parse(said) }
        },
        [method, `/hob/v1${path}`, body === undefined ? '' : JSON.stringify(body)] as const,
      )

    beforeAll(async () => {
      house = createHouse()
      disk = flash(flashable())
      box = await startVm({ lan: house.lan, disk, name: 'box', bus: 'sata' })
      address = await addressOf(box)
      await whenAnswers(house.phone, address)
      await whenStarted(box)
      trust(folder, house.phone.run('curl', '-s', `http://${address}/ca.pem`))
      const { host } = JSON.parse(await box.run('hob name --json')) as { host: string }
      origin = `https://${host}`
      // the browser is on the phone, which is another machine on the LAN
      const onPhone = join(folder, 'chromium')
      writeFileSync(onPhone, `#!/bin/sh\nexec ${house.phone.enter.join(' ')} chromium "$@"\n`)
      chmodSync(onPhone, 0o755)
      browser = await launch({
        home: folder,
        executablePath: onPhone,
        args: [`--host-resolver-rules=MAP ${host} ${address}`],
      })
    })
    afterAll(async () => {
      await browser.close()
      await box.kill()
      disk.remove()
      await house.close()
      rmSync(folder, { recursive: true, force: true })
    })

    test('it is claimed with the code on its screen, and answers', async () => {
      const { code } = JSON.parse(await box.run('hob claim --code --json')) as { code: string }
      phone = await open(browser, origin, `/claim#${code}`, { size: 'phone', patientMs })
      const { page } = phone
      await heading(page, 'This box is new')
      await button(page, 'Continue').click()
      await page.getByLabel('Your name').fill(account.name)
      await page.getByLabel('Password', { exact: true }).fill(account.password)
      await page.keyboard.press('Enter')
      await page.getByLabel('Name of the box').fill('Cupboard')
      await button(page, 'Make it mine').click()
      await page.getByLabel('I have put them away').check()
      await button(page, 'Continue').click()
      await button(page, 'They are the same').click()
      await page.getByText('The starter is answering').waitFor()
      await button(page, 'Go to the chat').click()
      await page.getByLabel('Message', { exact: true }).fill('Who are you?')
      await button(page, 'Send').click()
      const answer = page.locator('.answer[aria-busy=false] .markdown').last()
      await answer.waitFor()
      expect((await answer.innerText()).length).toBeGreaterThan(10)
      await picture(page, 'image-chat')
      expect(phone.faults).toEqual([])
    })

    test('it is signed in to again', async () => {
      await phone.context.clearCookies()
      await phone.page.goto(`${origin}/box`)
      await phone.page.getByLabel('Name', { exact: true }).fill(account.name)
      await phone.page.getByLabel('Password', { exact: true }).fill(account.password)
      await phone.page.keyboard.press('Enter')
      await phone.page.locator('nav.nav').first().waitFor()
      expect((await ask('GET', '/system')).answer).toMatchObject({ managed: true })
    })

    test('a static address that cuts the phone off is undone after 60 s', async () => {
      const { answer } = await ask('GET', '/system/network')
      const { interfaces } = answer as { interfaces: { device: string; kind: string }[] }
      const device = interfaces.find(({ kind }) => kind === 'ethernet')?.device ?? 'none'
      const wrong = { method: 'static', address: '10.99.0.5/24', gateway: '10.99.0.1', dns: [] }
      const began = performance.now()
      // the answer may be lost with the address
      void ask('PUT', `/system/network/${device}`, wrong).catch(() => undefined)
      await expect
        .poll(() => box.run('ip -4 -o address'), { timeout: patientMs, interval: 1_000 })
        .toContain('10.99.0.5')
      await expect
        .poll(() => box.run('ip -4 -o address'), { timeout: patientMs, interval: 1_000 })
        .toContain(address)
      const status = await whenAnswers(house.phone, address)
      expect(status).toBe('200')
      process.stderr.write(
        `a wrong address was undone after ${Math.round((performance.now() - began) / 1_000)} s\n`,
      )
      expect(await box.run('ip -4 -o address')).not.toContain('10.99.0.5')
    })

    test('it joins the Wi-Fi that its owner picks; a wrong password is told, and changes nothing', async () => {
      await makeAccessPoint(box, { ssid: 'Garden', password: 'eight tall sunflowers' })
      const { page } = phone
      await page.goto(`${origin}/box/network`)
      const join = async (password: string): Promise<void> => {
        await page.getByLabel('Password of the network').fill(password)
        await page.keyboard.press('Enter')
      }
      await page.getByRole('button', { name: 'Join: Garden' }).click()
      await join('eight small sunflowers')
      await page.getByText('the password is wrong').waitFor()
      await picture(page, 'image-wifi-wrong')
      await join('eight tall sunflowers')
      await page.getByText('The box is on Garden').waitFor()
      await picture(page, 'image-wifi')
      expect(await box.run('ip -4 -o address show wlan0')).toContain('10.79.0.')
      await page.getByRole('button', { name: 'Forget: Garden' }).click()
      await button(page, 'Forget').click()
      await page.getByText('Garden is forgotten').waitFor()
      await expect
        .poll(() => box.run('ip -4 -o address show wlan0'), { timeout: patientMs })
        .not.toContain('10.79.0.')
    })

    test('it restarts when its owner says so, and ends cleanly', async () => {
      const before = (await box.run('cat /proc/sys/kernel/random/boot_id')).trim()
      expect((await ask('POST', '/system/reboot')).status).toBe(202)
      await expect
        // what is asked while it is off is never answered
        .poll(async () => (await box.run('cat /proc/sys/kernel/random/boot_id', 15_000)).trim(), {
          timeout: 900_000,
          interval: 5_000,
        })
        .not.toBe(before)
      await whenAnswers(house.phone, address)
      await whenStarted(box)
      const end = await box.run('journalctl --boot=-1 --output=cat _PID=1')
      expect(end).toContain('Reached target reboot.target')
      expect(end).not.toMatch(/timed out|SIGKILL/)
      // the session lives on
      await expect
        .poll(async () => (await ask('GET', '/system').catch(() => ({ status: 0 }))).status, {
          timeout: patientMs,
        })
        .toBe(200)
    })

    test('it switches itself off when its owner says so', async () => {
      // who signed in a quarter of an hour ago is asked again
      expect((await ask('POST', '/session', account)).status).toBeLessThan(300)
      expect((await ask('POST', '/system/power-off')).status).toBe(202)
      await Promise.race([
        box.off,
        sleep(patientMs).then(() => {
          throw new Error('it is still on')
        }),
      ])
    })
  },
)

/** Two radios of the kernel's own (mac80211_hwsim): the box has the one, the other is a household's access point. */
async function makeAccessPoint(
  box: Vm,
  { ssid, password }: { ssid: string; password: string },
): Promise<void> {
  const network = `ssid="${ssid}"\npsk="${password}"\nmode=2\nfrequency=2412\nkey_mgmt=WPA-PSK\nproto=RSN\npairwise=CCMP\n`
  const addresses = '[Match]\nName=wlan1\n[Network]\nAddress=10.79.0.1/24\nDHCPServer=yes\n'
  await box.run(`
    modprobe mac80211_hwsim radios=2 && udevadm settle
    nmcli device set wlan1 managed no
    mkdir -p /run/systemd/network
    printf '${addresses}' >/run/systemd/network/10-ap.network
    printf 'network={\n${network}}\n' >/run/ap.conf
    systemd-run --unit=ap wpa_supplicant -i wlan1 -c /run/ap.conf
    systemctl start systemd-networkd`)
}
