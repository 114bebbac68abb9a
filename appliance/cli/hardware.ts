// `hob hardware`: what this machine is and which profile it gets. Asks the running box, which also knows what llama.cpp
// sees; without one it probes by itself.
import { fileURLToPath } from 'node:url'
import type { Hardware } from '../contracts/hardware.ts'
import { modelsRoutes } from '../contracts/models.ts'
import { passedOn } from '../contracts/openapi.ts'
import { HobError } from '../errors.ts'
import { describeHardware } from '../hardware/describe.ts'
import { matchProfile } from '../hardware/match.ts'
import { createLiveProbe } from '../hardware/probe.ts'
import { readProfiles } from '../hardware/profiles.ts'
import type { Command, CommandInput } from './command.ts'

const profilesFolder = fileURLToPath(new URL('../../hardware-profiles/', import.meta.url))

export const hardware: Command = {
  name: 'hardware',
  usage: [['hardware', 'what this machine is, and its profile']],
  run: async (input) => {
    const known = await read(input)
    input.terminal.write(input.json ? JSON.stringify(known, null, 2) : describeHardware(known))
  },
}

async function read({ box }: CommandInput): Promise<Hardware> {
  try {
    return await box.client.call(passedOn(modelsRoutes.hardware), {}, box.caller)
  } catch (error) {
    if (!(error instanceof HobError) || error.code !== 'service_unavailable') throw error
  }
  const reason = 'no box is running to ask it'
  const facts = await createLiveProbe().read({ llama: { status: 'not_measured', reason } })
  return { facts, matched: matchProfile(facts, await readProfiles(profilesFolder)) }
}
