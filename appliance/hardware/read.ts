// Small readers that turn a file into a fact with its source, or into the reason why there is none. Used by every
// area of appliance/hardware and by nobody else.
import type { Fact } from '#appliance/contracts/hardware.ts'
import type { Host } from './host.ts'

export const known = <Value>(value: Value, source: string): Fact<Value> => ({
  status: 'known',
  value,
  source,
})

export const notMeasured = (reason: string): { status: 'not_measured'; reason: string } => ({
  status: 'not_measured',
  reason,
})

/** One line of text; an empty file is no fact. */
export async function readLine(host: Host, path: string): Promise<Fact<string>> {
  const reading = await host.readFile(path)
  if (!reading.ok) return notMeasured(`${path} ${reading.reason}`)
  const line = reading.text.split('\n', 1)[0]?.replaceAll('\0', '').trim().slice(0, 256) ?? ''
  return line === '' ? notMeasured(`${path} is empty`) : known(line, path)
}

/** A whole number ≥ 0, decimal or with 0x. */
export async function readCount(host: Host, path: string): Promise<Fact<number>> {
  const line = await readLine(host, path)
  if (line.status !== 'known') return line
  const value = countOf(line.value)
  return value === null ? notMeasured(`${path} holds no number`) : known(value, path)
}

/** A whole number ≥ 0 that a JavaScript number holds exactly; null for anything else. */
export function countOf(text: string | undefined): number | null {
  if (text === undefined || !/^(?:0x[0-9a-f]{1,13}|\d{1,16})$/iu.test(text.trim())) return null
  const value = Number(text.trim())
  return Number.isSafeInteger(value) ? value : null
}

/** A list as the kernel writes it, `0-3,8`; empty for what is none. At most 4096 numbers. */
export function listOf(text: string): number[] {
  const numbers: number[] = []
  for (const part of text.trim().split(',')) {
    const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/u.exec(part.trim()) ?? []
    if (from === undefined) return []
    for (let n = Number(from); n <= Number(to ?? from) && numbers.length < 4096; n++) numbers.push(n)
  }
  return numbers
}

/** `E:KEY=value` lines of a udev database entry. */
export async function readUdev(host: Host, entry: string): Promise<Map<string, string>> {
  const reading = await host.readFile(`/run/udev/data/${entry}`)
  const pairs = new Map<string, string>()
  if (!reading.ok) return pairs
  for (const line of reading.text.split('\n')) {
    const [, key, value] = /^E:([A-Z0-9_]+)=(.*)$/u.exec(line) ?? []
    if (key !== undefined && value !== undefined) pairs.set(key, value.trim())
  }
  return pairs
}

/** The last part of where a link points: a driver's name, a PCI address. */
export async function linkName(host: Host, path: string): Promise<string | null> {
  const target = await host.readLink(path)
  const name = target?.split('/').at(-1)
  return name === undefined || name === '' ? null : name.slice(0, 64)
}
