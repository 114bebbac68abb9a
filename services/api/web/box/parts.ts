// What lies behind the box's first cards: its people and programs, and the machine itself. Names for the search, for the
// window's title and for the cards.
import { type BoxPart, machineParts, type peopleParts } from '../app/router.ts'
import type { Catalogue } from '../i18n/index.ts'

export type PeoplePart = (typeof peopleParts)[number]
export type MachinePart = (typeof machineParts)[number]

export const isMachinePart = (part: BoxPart): part is MachinePart => machineParts.some((one) => one === part)

export const partName = (part: BoxPart, { people, machine }: Catalogue): string =>
  isMachinePart(part) ? machine.parts[part] : people.parts[part]
