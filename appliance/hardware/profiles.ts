// Reads the profiles out of a folder such as hardware-profiles/, each checked against the contract. Owns no state.
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from '@hono/zod-openapi'
import { type HardwareProfile, profileSchema } from '#appliance/contracts/hardware.ts'
import { HobError } from '#appliance/errors.ts'

/**
 * All profiles, sorted by id; schema.json is no profile. Throws `profile_invalid`, which names the file and what is
 * wrong in it: a profile that is silently left out would choose the wrong model.
 */
export async function readProfiles(folder: string): Promise<HardwareProfile[]> {
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.json') && name !== 'schema.json')
    .sort()
  return Promise.all(names.map((name) => readProfile(join(folder, name))))
}

async function readProfile(file: string): Promise<HardwareProfile> {
  const parsed = profileSchema.safeParse(parseJson(file, await readFile(file, 'utf8')))
  if (!parsed.success) throw new HobError('profile_invalid', { file, detail: z.prettifyError(parsed.error) })
  if (basename(file) !== `${parsed.data.id}.json`)
    throw new HobError('profile_invalid', {
      file,
      detail: `its id is ${parsed.data.id}: the file must be named ${parsed.data.id}.json`,
    })
  return parsed.data
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HobError('profile_invalid', { file, detail: 'it is not valid JSON' }, { cause: error })
  }
}
