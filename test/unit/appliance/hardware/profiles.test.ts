// The profiles under hardware-profiles/, and what happens to a broken one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, describe, expect, test } from 'vitest'
import { readProfiles } from '#appliance/hardware/profiles.ts'
import { profileJsonSchema } from '#appliance/hardware/schema.ts'

const folder = fileURLToPath(new URL('../../../../hardware-profiles', import.meta.url))
const profiles = await readProfiles(folder)

describe('the profiles that are shipped', () => {
  test('schema.json is what the contract generates', () => {
    expect(readFileSync(join(folder, 'schema.json'), 'utf8')).toBe(profileJsonSchema())
  })

  test('each file is valid by schema.json for any other tool, too', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      JSON.parse(profileJsonSchema()),
    )
    for (const { id } of profiles) {
      const valid = validate(JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')))
      expect([id, valid, validate.errors]).toEqual([id, true, null])
    }
  })

  test('there are at least 28 machines and a ladder for every instruction set', () => {
    expect(profiles.filter(({ kind }) => kind === 'machine').length).toBeGreaterThanOrEqual(28)
    const levels = new Set(profiles.flatMap(({ match }) => match.map(({ isaLevel }) => isaLevel)))
    expect(levels.size).toBe(8)
  })

  test.each(profiles.map((profile) => [profile.id, profile] as const))('%s makes sense', (_, profile) => {
    const { nominalBandwidthGBps: nominal, expectedBandwidthGBps: expected } = profile.memory
    expect(expected).toBeLessThan(nominal ?? Number.POSITIVE_INFINITY)
    expect(profile.kind === 'machine').toBe(nominal !== null || profile.id === 'apple-silicon')
    expect(profile.backendOrder.at(-1)).toBe('cpu')
    expect(profile.sources.length).toBeGreaterThan(0)
    // A generic profile may try what it does not know to be there.
    const offered = new Set<string>(['cpu', ...profile.accelerators.flatMap(({ backends }) => backends)])
    expect(
      profile.kind === 'machine' ? profile.backendOrder.filter((name) => !offered.has(name)) : [],
    ).toEqual([])
  })

  test.each(profiles.map((profile) => [profile.id, profile] as const))(
    '%s shows its arithmetic right',
    (_, profile) => {
      for (const { fact } of profile.sources)
        for (const [, channels, bits, speed, shown] of fact.matchAll(
          /(\d+) × (\d+) bit × (\d+) MT\/s = ([\d.]+) GB\/s/gu,
        ))
          expect(
            Math.abs((Number(channels) * Number(bits) * Number(speed)) / 8000 - Number(shown)),
          ).toBeLessThan(0.06)
    },
  )

  test.each(['below-8', 'x86-64-v2', 'x86-64-v1', 'arm64-v8'])('%s is told what it costs', (part) => {
    const poor = profiles.filter(
      ({ id }) => id.startsWith('generic-') && id.includes(part) && id !== 'generic-x86-64',
    )
    expect(poor.length).toBeGreaterThan(0)
    for (const { notes } of poor) expect(notes.join(' ')).toMatch(/below what Hob is made for|slower/u)
  })
})

describe('a broken profile', () => {
  const broken = mkdtempSync(join(tmpdir(), 'hob-profiles-'))
  afterEach(() => rmSync(broken, { recursive: true, force: true }))

  test('is refused with the file’s name and what is wrong', async () => {
    writeFileSync(join(broken, 'a.json'), '{')
    await expect(readProfiles(broken)).rejects.toMatchObject({
      code: 'profile_invalid',
      message: expect.stringMatching(/a\.json.*not valid JSON/u),
    })
    writeFileSync(join(broken, 'a.json'), JSON.stringify({ ...profiles[0], id: 'b' }))
    await expect(readProfiles(broken)).rejects.toMatchObject({
      message: expect.stringMatching(/a\.json.*must be named b\.json/u),
    })
    writeFileSync(
      join(broken, 'a.json'),
      JSON.stringify({ ...profiles[0], id: 'a', match: [{ product: '(' }] }),
    )
    await expect(readProfiles(broken)).rejects.toMatchObject({
      message: expect.stringContaining('not a regular expression'),
    })
    writeFileSync(join(broken, 'a.json'), JSON.stringify({ ...profiles[0], id: 'a', extra: 1 }))
    await expect(readProfiles(broken)).rejects.toMatchObject({ message: expect.stringContaining('extra') })
  })
})
