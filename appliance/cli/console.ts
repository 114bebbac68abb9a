// `hob console`: the box's own screen, drawn anew when something changes; the unit hob-console@ runs it on the appliance's screen and
// serial port. Nothing can be typed there. Into a pipe it prints one screen and ends.
import { setTimeout as sleep } from 'node:timers/promises'
import { boxRoutes, type Status } from '../contracts/box.ts'
import { identityRoutes } from '../contracts/identity.ts'
import { HobError } from '../errors.ts'
import type { Command, CommandInput } from './command.ts'
import { type ScreenFacts, screen, silentScreen } from './console-screen.ts'
import { inBytes } from './words.ts'

const betweenMs = 3_000
/** A serial line tells nobody its size. */
const terminalOfOld = { columns: 80, rows: 25 }

const clear = '\u001B[H\u001B[2J\u001B[3J'
const hideCursor = '\u001B[?25l'

export const ownScreen: Command = {
  name: 'console',
  usage: [['console', 'the box’s own screen: address, claim code, how it is']],
  run: async ({ json, terminal, box }) => {
    if (json) return terminal.write(JSON.stringify(await ask(box), null, 2))
    if (!process.stdout.isTTY) return terminal.write(screen(await ask(box), terminalOfOld))
    await draw(box)
  },
}

async function draw(box: CommandInput['box']): Promise<never> {
  let shown = ''
  let silentSinceMs: number | null = null
  for (;;) {
    const facts = await orNull(ask(box))
    if (facts !== null) silentSinceMs = null
    else silentSinceMs ??= performance.now()
    const { columns, rows } = process.stdout
    const size = columns > 0 && rows > 0 ? { columns, rows } : terminalOfOld
    const next = facts === null ? silentScreen(performance.now() - (silentSinceMs ?? 0)) : screen(facts, size)
    // what other programs wrote over it goes with the next change
    if (next !== shown) process.stdout.write(`${hideCursor}${clear}${next}\n`)
    shown = next
    await sleep(betweenMs)
  }
}

async function ask({ client, caller }: CommandInput['box']): Promise<ScreenFacts> {
  const [status, door] = await Promise.all([
    client.call(boxRoutes.status, {}, caller),
    client.call(identityRoutes.door, {}, caller),
  ])
  return {
    name: door.name,
    version: status.version,
    addresses: status.addresses,
    fingerprint: door.fingerprint,
    claim:
      door.claim === 'open'
        ? await openClaim({ client, caller })
        : door.claim === 'closed'
          ? { state: 'closed' }
          : null,
    doing: doing(status),
    problems: status.services
      .filter(({ state }) => state !== 'ready')
      .map(({ name, state }) => `the service ${name} is ${state}`),
  }
}

async function openClaim({ client, caller }: CommandInput['box']): Promise<ScreenFacts['claim']> {
  const { code, urls } = await client.call(identityRoutes.claimCode, {}, caller)
  return { state: 'open', code, url: urls[0] ?? '' }
}

function doing({ load, models }: Status): string {
  const { memoryTotalBytes: total, memoryAvailableBytes: available } = load
  const memory = `${inBytes(total - available)} of ${inBytes(total)} memory used`
  const engines = (models?.engines ?? []).map(({ model, state, progress, active }) =>
    state === 'loading'
      ? `loading ${model} ${Math.round(progress * 100)} %`
      : active > 0
        ? `${model} is answering`
        : `${model} is ${state}`,
  )
  return [...engines, memory].join(' · ')
}

/** Null while the api is not there. */
async function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof HobError) return null
    throw error
  }
}
