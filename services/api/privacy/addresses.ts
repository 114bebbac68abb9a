// Where a device is on the network. What all the homes of the world share is left, so that a log still shows which network it was, and
// of whose making a device is: the first half of an IPv4 address, the first group of an IPv6, the manufacturer's part of a MAC.
import { isIPv4, isIPv6 } from 'node:net'
import type { Rule } from './mask.ts'

const mac = /(?<![\w:-])((?:[\da-f]{2}[:-]){3})((?:[\da-f]{2}[:-]){2}[\da-f]{2})(?![\w]|[:-][\da-f])/gi
const four = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)/g
const six = /(?<![\w:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:]|\.\d)/gi

/** The machine itself, and no address at all. */
const isNobodys = (address: string): boolean => /^(?:127\.|0\.0\.0\.0$|255\.)/.test(address)

export const addresses: readonly Rule[] = [
  (text, alias) =>
    text.replace(mac, (found, maker: string) => `${maker}[${alias('card', found.replaceAll('-', ':'))}]`),
  (text, alias) =>
    text.replace(four, (found) => {
      if (!isIPv4(found) || isNobodys(found)) return found
      return `${found.split('.').slice(0, 2).join('.')}.[${alias('host', found)}]`
    }),
  (text, alias) =>
    text.replace(six, (found) => {
      if (!isIPv6(found) || found === '::1' || found === '::') return found
      return `${found.split(':')[0]}:[${alias('host', found)}]`
    }),
]
