// Refuses the passwords that are guessed first: common ones, the person's or the box's name, rows of a keyboard, one
// thing over and over. Digits and marks at the end, and letters written as digits, make none of them better.
import { HobError } from '#appliance/errors.ts'
import { commonPasswords } from './common-passwords.ts'

const common: ReadonlySet<string> = new Set(commonPasswords)

const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik',
  'qazwsxedcrfvtgbyhnujmikolp',
]
const sequences: readonly string[] = rows.flatMap((row) => [row, row.split('').reverse().join('')])

/** A short thing over and over, the last time perhaps not whole. */
const repeated = /^(.{1,4}?)\1+/u
const fewestDifferent = 4

/** Throws password_weak. `names`: the person's own and the box's. */
export function refuseWeak(password: string, names: readonly string[]): void {
  if (isWeak(password, names)) throw new HobError('password_weak', {}, { param: 'password' })
}

export function isWeak(password: string, names: readonly string[]): boolean {
  const whole = fold(password)
  const own = names.flatMap((name) => [fold(name), ...fold(name).split(/[^\p{L}\p{N}]+/u)])
  const known = (text: string): boolean => text !== '' && (common.has(text) || own.includes(text))
  const core = withoutEnds(whole)
  return (
    [whole, core, asLetters(whole), asLetters(core), withoutEnds(asLetters(whole))].some(known) ||
    sequences.some((sequence) => sequence.includes(whole)) ||
    isRepeated(whole) ||
    new Set(whole).size < fewestDifferent
  )
}

const fold = (text: string): string => text.normalize('NFKC').toLowerCase().trim()

/** "sunshine2026!" is sunshine, and so is "!!sunshine". */
const withoutEnds = (text: string): string => text.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')

const asLetters = (text: string): string =>
  text
    .replaceAll('0', 'o')
    .replaceAll(/[1!|]/g, 'i')
    .replaceAll('3', 'e')
    .replaceAll(/[4@]/g, 'a')
    .replaceAll(/[5$]/g, 's')
    .replaceAll('7', 't')

function isRepeated(text: string): boolean {
  const match = repeated.exec(text)
  const unit = match?.[1]
  if (match === null || unit === undefined) return false
  return unit.startsWith(text.slice(match[0].length))
}
