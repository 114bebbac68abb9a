// What opens something: keys, tokens, codes, passwords, by their forms and by the names that stand before them. Of these nothing is
// left, not even a word that tells one from another.
import type { Rule } from './mask.ts'

const put =
  (pattern: RegExp, by: string): Rule =>
  (text) =>
    text.replace(pattern, by)

/** What stands before a secret. `tokens` are what a model counts in. */
const naming =
  'passwords?|passwd|passphrases?|passcodes?|psk|secrets?|token|api[-_ ]?keys?|private[-_ ]?keys?|authorization|cookies?|claim[-_ ]?codes?|recovery[-_ ]?(?:codes?|keys?)'
const secretName = new RegExp(`(?:^|[-_])(?:${naming}|pin|session)$`, 'i')

export const isSecretName = (name: string): boolean =>
  secretName.test(name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_'))

/** Crockford's base-32: as the box writes them, or as somebody types them. */
const written = '[0-9A-HJKMNP-TV-Z]{5}(?:-[0-9A-HJKMNP-TV-Z]{5}){1,2}'
const typed = /(?<![\w-])(?:[\da-z]{5}[ -]?){1,2}[\da-z]{5}(?![\w-])/gi

/** One of its groups at least has both letters and digits; two short words, or a word and a figure, have none. */
const isMixed = (code: string): boolean =>
  (code.replaceAll(/[ -]/g, '').match(/.{5}/g) ?? []).some(
    (group) => /\d/.test(group) && /[a-z]/i.test(group),
  )

/** Of the disk, as systemd-cryptenroll(1) makes it: eight groups of eight letters of modhex, with or without their hyphens. */
const recoveryKey = /(?<![\w-])[cbdefghijklnrtuv]{8}(?:[ -]?[cbdefghijklnrtuv]{8}){7}(?![\w-])/gi

/** What may be random text of 256 bits and more in base64url. */
const long = /(?<![\w-])[\w-]{40,}={0,2}(?![\w-])/g
/** From a small letter to a capital, from a letter to a digit, or back. */
const change = /[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])/g
/**
 * Small letters, capitals and digits take turns: in random text at more than half of its places (one in 40,000 of 43 characters
 * has fewer than a quarter), in the long names of models and files at a fifth. A checksum in base 16 has letters of one kind only.
 */
const isRandom = (text: string): boolean =>
  /[a-z]/.test(text) && /[A-Z]/.test(text) && (text.match(change) ?? []).length > text.length / 4

export const secrets: readonly Rule[] = [
  put(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?(?:-----END \1-----|$)/g, '[key]'),
  put(/\bhob_[\w-]{16,}/g, '[token]'),
  // tokens of the large model sites, which are given for downloads
  put(/\b(?:hf|sk|ghp|gho|glpat|xox[abp])[-_][\w-]{16,}/g, '[token]'),
  put(/\beyJ[\w-]{6,}\.[\w-]{6,}\.[\w-]*/g, '[token]'),
  put(/\b(bearer|basic|digest)\s+[\w.~+/=-]{6,}/gi, '$1 [secret]'),
  put(/\b([a-z][a-z\d+.-]*:\/\/)[^\s/@"']+@/gi, '$1[secret]@'),
  // name=value, name: value, "name":"value", ?name=value
  put(
    new RegExp(`((?:${naming})["']?\\s*[:=]\\s*)("(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s&,;"'}[]+)`, 'gi'),
    '$1[secret]',
  ),
  put(recoveryKey, '[key]'),
  put(new RegExp(`(?<![\\w-])${written}(?![\\w-])`, 'g'), '[code]'),
  (text) => text.replace(typed, (found) => (isMixed(found) ? '[code]' : found)),
  (text) => text.replace(long, (found) => (isRandom(found) ? '[secret]' : found)),
]
