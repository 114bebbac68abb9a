// Every check of the box, in the order in which they are shown: the one list of `hob health`, the page and the update gate.
import type { Check } from './check.ts'
import { clockCheck } from './clock.ts'
import { dataCheck } from './data.ts'
import { disksCheck } from './disks.ts'
import { lanCheck } from './lan.ts'
import { modelCheck } from './model.ts'
import { nameCheck } from './name.ts'
import { pageCheck } from './page.ts'
import { spaceCheck } from './space.ts'
import { temperatureCheck } from './temperature.ts'

/** Each check's own doors, by its name. */
export interface HealthDoors {
  readonly data: Parameters<typeof dataCheck>[0]
  readonly space: Parameters<typeof spaceCheck>[0]
  readonly lan: Parameters<typeof lanCheck>[0]
  readonly page: Parameters<typeof pageCheck>[0]
  readonly model: Parameters<typeof modelCheck>[0]
  readonly name: Parameters<typeof nameCheck>[0]
  readonly clock: Parameters<typeof clockCheck>[0]
  readonly disks: Parameters<typeof disksCheck>[0]
  readonly temperature: Parameters<typeof temperatureCheck>[0]
}

export const createChecks = (doors: HealthDoors): readonly Check[] => [
  dataCheck(doors.data),
  spaceCheck(doors.space),
  lanCheck(doors.lan),
  pageCheck(doors.page),
  modelCheck(doors.model),
  nameCheck(doors.name),
  clockCheck(doors.clock),
  disksCheck(doors.disks),
  temperatureCheck(doors.temperature),
]
