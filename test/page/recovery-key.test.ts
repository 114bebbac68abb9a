// The disk's encryption on the machine's page: said in words in each of its states; a recovery key is asked for, shown this one time,
// and gone from the page when it was put away. In a real browser against the fake box.
import { describe, expect, it } from 'vitest'
import { recoveryKey, sealed } from '#test/fakes/system-disks.ts'
import { noBrowser, type View } from './browser.ts'
import { button, card, patient, refusals, sound, useScene } from './machine-scene.ts'

const views: View[] = [
  { size: 'phone', theme: 'light', language: 'en' },
  { size: 'phone', theme: 'dark', language: 'zh' },
  { size: 'laptop', theme: 'light', language: 'zh' },
]

describe.skipIf(noBrowser !== null)(`encryption${noBrowser === null ? '' : ` (${noBrowser})`}`, () => {
  const scene = useScene()

  it.each([
    [{ ...sealed(), recoveryKey: true }, 'The data on the disk is encrypted', 'AES-256 (aes-xts-plain64)'],
    [{ ...sealed(), byTpm: false }, 'The data on the disk is encrypted', 'somebody types a key'],
    [{ state: 'plain', hasTpm: false }, 'The data on the disk is not encrypted', 'has no TPM 2.0'],
    [{ state: 'plain', hasTpm: true }, 'The data on the disk is not encrypted', 'flash the box again'],
    [{ state: 'not_ours' }, 'Hob did not set up this machine’s disk', 'own system knows'],
  ] as const)('%j is said in words', async (encryption, title, why) => {
    scene.api.machine.encryption = encryption
    const page = await scene.visit('/box/system')
    const part = card(page, 'Encryption')
    await part.getByText(title, { exact: true }).waitFor()
    expect(await part.innerText()).toContain(why)
    const makes = encryption.state === 'encrypted' && encryption.byTpm
    expect(await part.getByRole('button').count()).toBe(makes ? 1 : 0)
    await sound(page, `encryption ${encryption.state} ${why}`)
  })

  for (const view of views)
    it(`shows a key this one time, on a ${view.size}, ${view.theme}, ${view.language}`, async () => {
      const page = await scene.visit('/box/system', view)
      const part = page.getByRole('region', { name: /^(Encryption|加密)$/ })
      await part.getByText(/^(No recovery key for the disk yet|还没有磁盘恢复密钥)$/).waitFor()
      await sound(page, `recovery reminder ${view.size} ${view.language}`)
      await part.getByRole('button').click()
      await part.getByText(recoveryKey, { exact: true }).waitFor()
      await sound(page, `recovery key ${view.size} ${view.language}`)
      const done = part.getByRole('button', { name: /^(Done|完成)$/ })
      expect(await done.isDisabled()).toBe(true)
      await part.getByRole('checkbox').check()
      await done.click()
      await part.getByRole('button', { name: /^(Make a new recovery key|生成新的恢复密钥)$/ }).waitFor()
      expect(await page.content()).not.toContain(recoveryKey)
      const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))
      expect(kept).not.toContain(recoveryKey.slice(0, 8))
      expect(scene.asked('POST recovery-key')).toHaveLength(1)
    })

  it('asks before a key is made worthless, and who one is', async () => {
    scene.expected = refusals
    scene.api.machine.encryption = { ...sealed(), recoveryKey: true }
    scene.api.door.fresh = false
    const page = await scene.visit('/box/system', { size: 'laptop' })
    await button(page, 'Make a new recovery key').click()
    const question = page.getByRole('dialog', { name: 'Make a new recovery key?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(scene.asked('POST recovery-key')).toEqual([])
    await button(page, 'Make a new recovery key').click()
    await question.getByRole('button', { name: 'Make a new recovery key' }).click()
    await page
      .getByRole('dialog', { name: 'Is it you?' })
      .getByLabel('Password', { exact: true })
      .fill('three small owls')
    await page.keyboard.press('Enter')
    await page.getByText(recoveryKey, { exact: true }).waitFor()
  })

  it('says why none was made, and leaves the reminder', async () => {
    scene.expected = refusals
    scene.api.machine.failing = {
      code: 'host_failed',
      part: 'recovery-key',
      parameters: { program: 'systemd-cryptenroll', detail: 'Failed to unseal' },
    }
    const page = await scene.visit('/box/system')
    await button(page, 'Make a recovery key').click()
    await card(page, 'Encryption').locator('.problem').waitFor()
    expect(await card(page, 'Encryption').innerText()).toContain('No recovery key for the disk yet')
    await sound(page, 'no recovery key made')
  })

  it('reminds quietly on the box’s own page, until there is one', async () => {
    let page = await scene.visit('/box')
    const system = page.locator('.part-row').first()
    await expect.poll(() => system.innerText(), patient).toContain('No recovery key for the disk yet')
    scene.api.machine.encryption = { ...sealed(), recoveryKey: true }
    page = await scene.visit('/box')
    await page.locator('.part-row').first().getByText('Services, disks, time zone').waitFor()
  })
})
