// The machine under Box, on its pages: how it is, its time, its disks, restarting it, the file for whoever helps. In a
// real browser against the fake box.
import { describe, expect, it } from 'vitest'
import { noBrowser, type View } from './browser.ts'
import { button, card, patient, refusals, sound, useScene } from './machine-scene.ts'

const views: View[] = [
  { size: 'phone', theme: 'light', language: 'en' },
  { size: 'phone', theme: 'dark', language: 'zh' },
  { size: 'tablet', theme: 'dark', language: 'en' },
  { size: 'laptop', theme: 'light', language: 'zh' },
  { size: 'laptop', theme: 'dark', language: 'en' },
]
const parts = ['system', 'network', 'power', 'logs', 'support'] as const
const filled = '.page .facts, .page .row, .page .lines, .page .points'

describe.skipIf(noBrowser !== null)(
  `the machine’s pages${noBrowser === null ? '' : ` (${noBrowser})`}`,
  () => {
    const scene = useScene()

    for (const view of views)
      it(`are sound on a ${view.size}, ${view.theme}, ${view.language}`, async () => {
        for (const part of parts) {
          const page = await scene.visit(`/box/${part}`, view)
          await page.locator(filled).first().waitFor()
          await sound(page, `${part} ${view.size} ${view.theme} ${view.language}`)
          expect(scene.faults(), part).toEqual([])
        }
        const page = await scene.visit('/box', view)
        await page.locator('.part-row').last().waitFor()
        await page.locator('.part-row').last().scrollIntoViewIfNeeded()
        await sound(page, `box ${view.size} ${view.theme} ${view.language}`)
      })

    it('are found by the search and by the keyboard, and lead back', async () => {
      const page = await scene.visit('/chat', { size: 'laptop' })
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Search' }).fill('logs')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/box/logs')
      await page.getByRole('heading', { name: 'Logs', level: 1 }).waitFor()
      expect(await page.title()).toBe('Logs · Hob')
      await page.getByRole('link', { name: 'Box', exact: true }).first().focus()
      await page.keyboard.press('Enter')
      await page.waitForURL('**/box')
      await page.getByRole('link', { name: /^Power/ }).focus()
      await page.keyboard.press('Enter')
      await page.waitForURL('**/box/power')
      await page.goBack()
      await page.waitForURL('**/box')
    })

    it('are an owner’s alone', async () => {
      scene.api.door.signedIn = 'p-ben'
      let page = await scene.visit('/box')
      await page.getByRole('heading', { name: 'This machine', exact: true }).waitFor()
      expect(await page.locator('.part-row').count()).toBe(0)
      page = await scene.visit('/box/power')
      await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
      expect(scene.api.machine.asked).toEqual([])
    })

    it('say that the box is a program on somebody’s computer, and that the log is there all the same', async () => {
      scene.expected = refusals
      scene.api.machine.system = { ...scene.api.machine.system, managed: false, services: [] }
      scene.api.machine.failing = { code: 'not_managed', part: 'disks' }
      let page = await scene.visit('/box/system')
      await page.getByText('The box runs as a program here').first().waitFor()
      expect(await button(page, 'Change the time zone').count()).toBe(0)
      await sound(page, 'program system')
      page = await scene.visit('/box/power')
      await page.getByText('The box runs as a program here').waitFor()
      expect(await page.locator('.page button').count()).toBe(0)
      await sound(page, 'program power')
      scene.api.machine.failing = { code: 'not_managed', part: 'network' }
      page = await scene.visit('/box/network')
      await page.getByText('The box runs as a program here').waitFor()
      await sound(page, 'program network')
      page = await scene.visit('/box/logs')
      await page.locator('.line').first().waitFor()
    })

    it('say that the steward is away, and read again when asked to', async () => {
      scene.expected = refusals
      scene.api.machine.failing = { code: 'service_unavailable', parameters: { service: 'steward' } }
      const page = await scene.visit('/box/power')
      await page.locator('.problem').waitFor()
      await sound(page, 'steward away')
      scene.api.machine.failing = null
      await button(page, 'Try again').click()
      await button(page, 'Restart').waitFor()
      expect(await page.locator('.problem').count()).toBe(0)
    })

    it('show a service that failed, a disk that is failing and why, and what changes meanwhile', async () => {
      const page = await scene.visit('/box/system')
      const services = card(page, 'Services')
      await services.getByText('failed', { exact: false }).first().waitFor()
      expect(await services.innerText()).toContain('started again 7 times')
      const disks = card(page, 'Disks')
      await disks.getByText('failing: save your data now').waitFor()
      await disks.getByText('It has lost data.').waitFor()
      await disks.getByText('7% of its life used').waitFor()
      const { services: all } = scene.api.machine.system
      scene.api.machine.system = {
        ...scene.api.machine.system,
        services: all.map((one) => (one.state === 'failed' ? { ...one, state: 'running' } : one)),
      }
      // what the live channel tells of a service is the sign to look again
      scene.api.publish('service', { name: 'models', state: 'starting', residentBytes: null })
      await expect.poll(() => services.innerText(), patient).not.toContain('failed')
    })

    it('set the time zone by typing it, or as this device has it', async () => {
      const page = await scene.visit('/box/system')
      await button(page, 'Change the time zone').click()
      const field = page.getByLabel('Time zone of the box')
      await field.fill('asia/shang')
      await page.getByText('Choose one from the list.').waitFor()
      expect(await button(page, 'Save').isDisabled()).toBe(true)
      await sound(page, 'time zone')
      await field.fill('asia/shanghai')
      await page.keyboard.press('Enter')
      await page.getByText('The box’s time zone is Asia/Shanghai').waitFor()
      await button(page, 'Change the time zone').click()
      await button(page, 'As on this device: Europe/Vienna').click()
      await page.getByText('The box’s time zone is Europe/Vienna').waitFor()
      expect(scene.asked('PUT time-zone').map(({ body }) => body)).toEqual([
        { timeZone: 'Asia/Shanghai' },
        { timeZone: 'Europe/Vienna' },
      ])
    })

    it('restart after a question that names what is interrupted, wait for the box and say how long it took', async () => {
      scene.expected = refusals
      const { api } = scene
      api.scenario = 'real'
      api.door.fresh = false
      const page = await scene.visit('/box/power')
      await button(page, 'Restart').click()
      const question = page.getByRole('dialog', { name: 'Restart the box?' })
      await question.getByText('open connections').waitFor()
      await sound(page, 'restart question')
      await question.getByRole('button', { name: 'Cancel' }).click()
      expect(scene.asked('POST reboot')).toEqual([])
      api.machine.onLeave = () => {
        api.away = true
        api.cutLive()
      }
      await button(page, 'Restart').click()
      await question.getByRole('button', { name: 'Restart' }).click()
      await page
        .getByRole('dialog', { name: 'Is it you?' })
        .getByLabel('Password', { exact: true })
        .fill('three small owls')
      await page.keyboard.press('Enter')
      const waiting = page.getByRole('dialog', { name: 'Restarting' })
      await waiting.getByText('comes back by itself').waitFor()
      await sound(page, 'restarting')
      // Esc does not leave a box half watched
      await page.keyboard.press('Escape')
      await waiting.waitFor()
      api.machine.system = { ...api.machine.system, bootedAt: new Date().toISOString() }
      api.away = false
      await page.getByRole('dialog', { name: /^The box is back, after \d+ sec/ }).waitFor()
      await sound(page, 'back')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(scene.asked('POST reboot')).toHaveLength(1)
    })

    it('shut down, and say when the plug may be pulled', async () => {
      scene.expected = refusals
      const { api } = scene
      const page = await scene.visit('/box/power', { size: 'tablet', theme: 'dark' })
      api.machine.onLeave = () => {
        api.away = true
        api.cutLive()
      }
      await button(page, 'Shut down').click()
      const question = page.getByRole('dialog', { name: 'Shut the box down?' })
      await question.getByText('Only the power button starts it again.').waitFor()
      await question.getByRole('button', { name: 'Shut down' }).click()
      await page.getByText(/^Leave the plug in for \d+ sec/).waitFor()
      await sound(page, 'shutting down')
      expect(await page.getByText('You can pull the plug').count()).toBe(0)
      await page.getByRole('dialog', { name: 'You can pull the plug' }).waitFor()
      await sound(page, 'off')
    })

    it('make the file for whoever helps, say where it is, and tell when it could not be made', async () => {
      scene.expected = refusals
      const page = await scene.visit('/box/support')
      await page.getByText('conversations, questions and answers').waitFor()
      scene.api.machine.failing = { code: 'service_unavailable', parameters: { service: 'models' } }
      await button(page, 'Make and download').click()
      await page.locator('.problem').waitFor()
      scene.api.machine.failing = null
      const file = page.waitForEvent('download')
      await button(page, 'Try again').click()
      expect((await file).suggestedFilename()).toBe('hob-support-1a2b.tar.gz')
      await page.getByText('hob-support-1a2b.tar.gz, 48 kB, is in your downloads').waitFor()
      await sound(page, 'bundle made')
    })
  },
)
