// What the box's own screen shows, as text for its size: how to open the page, how to become its owner, whose certificate it is, and
// how it is. Pure; console.ts asks the box and draws.
import { qrText } from './qr.ts'

export interface ScreenFacts {
  readonly name: string
  readonly version: string
  /** How the page is opened, the best way first. */
  readonly addresses: readonly string[]
  /** SHA-256 of the box's root certificate; null without TLS. */
  readonly fingerprint: string | null
  /** open: nobody owns the box yet; closed: nor can they before a restart. Null: it has an owner. */
  readonly claim:
    | { readonly state: 'open'; readonly code: string; readonly url: string }
    | { readonly state: 'closed' }
    | null
  /** What it is doing, in a line. */
  readonly doing: string
  /** What is wrong, a line each. */
  readonly problems: readonly string[]
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

const margin = 2
/** Nobody reads a code next to narrower text. */
const narrowest = 34

/** At most as many lines as there are rows, none wider than there are columns. */
export function screen(facts: ScreenFacts, { columns, rows }: Size): string {
  const target = facts.claim?.state === 'open' ? facts.claim.url : facts.addresses[0]
  const code = target === undefined ? [] : qrText(target).split('\n')
  const codeWidth = Math.max(0, ...code.map((line) => line.length))
  const beside = columns - codeWidth - 3 * margin
  const fits = beside >= narrowest && code.length + 4 <= rows
  const text = [...lines(facts)]
  const body = fits
    ? Array.from(
        { length: Math.max(code.length, text.length) },
        (_, row) => `${(code[row] ?? '').padEnd(codeWidth + margin)}${text[row] ?? ''}`,
      )
    : text
  const below = [facts.doing, ...facts.problems.map((problem) => `! ${problem}`)]
  return [`Hob · ${facts.name}   ${facts.version}`, '', ...body, '', ...below]
    .slice(0, rows - 1)
    .map((line) => `${' '.repeat(margin)}${line}`.slice(0, columns).trimEnd())
    .join('\n')
}

/** While the api does not answer, which it does a second after its unit has started. */
export const silentScreen = (forMs: number): string =>
  forMs < 60_000
    ? '  Hob is starting …'
    : [
        '  Hob does not answer.',
        '',
        '  It is started again by itself. If this stays: pull the plug, wait ten seconds, and put it back.',
        '  Nothing that it has acknowledged is lost by that.',
      ].join('\n')

/** None wider than what is left beside a code on 80 columns. */
function* lines({ addresses, fingerprint, claim }: ScreenFacts): Generator<string> {
  if (claim?.state === 'open') {
    yield 'Nobody owns this box yet. Read the code'
    yield 'with a phone in this network, or open:'
  } else {
    yield 'Open on any device in this network:'
  }
  yield ''
  // nobody types an IPv6 address
  for (const address of addresses.filter((one) => !one.includes('['))) yield `  ${address}`
  if (addresses.length === 0) yield '  no network: is the cable in?'
  yield ''
  if (claim?.state === 'open') {
    yield `Claim code   ${claim.code}`
    yield ''
  }
  if (claim?.state === 'closed') {
    yield 'Nobody owns this box, and too many wrong'
    yield 'codes were tried. Its next code comes'
    yield 'with a restart.'
    yield ''
  }
  if (fingerprint === null) return
  yield 'Its certificate’s fingerprint (SHA-256):'
  const pairs = fingerprint.split(':')
  const quarter = pairs.length / 4
  for (let part = 0; part < 4; part++)
    yield `  ${pairs.slice(part * quarter, (part + 1) * quarter).join(':')}`
}
