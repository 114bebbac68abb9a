// Takes out of a line of the log what nobody outside the household should read: names, addresses, secrets. The services write none
// of it, as far as they know what it is; this is for what comes with an error of somebody else's making. What stands in its place
// is the same for the same thing while the box runs, so that a log can still be followed. Keeps nothing but a key for that.
import { createHmac, randomBytes } from 'node:crypto'
import type { LogEntry } from '#appliance/contracts/system.ts'
import { addresses } from './addresses.ts'
import { personal } from './personal.ts'
import { isSecretName, secrets } from './secrets.ts'

/** Replaces what it finds; `alias('mail', 'x@y.z')` gives a word for it, such as mail-3fa9c1. */
export type Rule = (text: string, alias: Alias) => string
export type Alias = (kind: string, what: string) => string

export interface Known {
  /** Who has an account here, in the order in which they came. */
  readonly people: readonly string[]
  /** The box's own names: what people call it, its host names without what follows the first dot. */
  readonly boxes: readonly string[]
  /** Of Wi-Fi. */
  readonly networks: readonly string[]
}

export interface Mask {
  text(text: string): string
  entry(entry: LogEntry): LogEntry
  /** Everything in it that is text, at any depth; what its key says is a secret, whatever it is. */
  value(value: unknown): unknown
}

/**
 * A mask for one reading: whoever comes later into the house is known to the next. Words for the same thing are the same in all of
 * them, as long as the key is.
 */
export function createMasking({ known, key = randomBytes(32) }: Uses): () => Mask {
  const alias: Alias = (kind, what) =>
    `${kind}-${createHmac('sha256', key).update(`${kind} ${what.toLowerCase()}`).digest('hex').slice(0, 6)}`
  return () => {
    const rules = [...secrets, ...names(known()), ...personal, ...addresses]
    const text = (given: string): string => rules.reduce((masked, rule) => rule(masked, alias), given)
    return { text, ...inside(text) }
  }
}

interface Uses {
  known: () => Known
  key?: Buffer
}

function inside(text: Mask['text']): Omit<Mask, 'text'> {
  const field = <Value>(name: string, one: Value): Value | string => {
    if (typeof one !== 'string') return one
    return isSecretName(name) ? '[secret]' : text(one)
  }
  const value: Mask['value'] = (given) => {
    if (typeof given === 'string') return text(given)
    if (Array.isArray(given)) return given.map(value)
    if (typeof given !== 'object' || given === null) return given
    return Object.fromEntries(
      Object.entries(given).map(([name, one]) => [
        text(name),
        typeof one === 'string' ? field(name, one) : value(one),
      ]),
    )
  }
  return {
    value,
    entry: ({ message, fields, ...rest }) => ({
      ...rest,
      message: text(message),
      fields: Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, field(name, one)])),
    }),
  }
}

/** A name of its own making, as every box has until somebody gives it another, tells nothing. */
const isGiven = (name: string): boolean => !/^(hob([- ][0-9a-f]{4})?|localhost)$/i.test(name)

function names({ people, boxes, networks }: Known): Rule[] {
  return [
    ...people.map(
      (name, index): Rule =>
        (text) =>
          text.replace(wordOf(name), `person-${index + 1}`),
    ),
    ...networks.map(
      (name): Rule =>
        (text, alias) =>
          text.replace(wordOf(name), alias('network', name)),
    ),
    ...boxes.filter(isGiven).map(
      (name): Rule =>
        (text) =>
          text.replace(wordOf(name), 'this-box'),
    ),
  ]
}

/** The whole word, in any case; names of one or two letters as they are written, or half the log would be a name. */
const wordOf = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(name)}(?![\\p{L}\\p{N}])`, name.length < 3 ? 'gu' : 'giu')
