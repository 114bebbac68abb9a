// What tells of a person: mail addresses, telephone numbers, Wi-Fi names, the names of their devices, their account on a computer.
import type { Rule } from './mask.ts'

/** `hob-console@tty1.service` is a unit. */
const mail =
  /[\p{L}\p{N}._%+-]+@(?!\S+\.(?:service|socket|target|timer|slice|mount)\b)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/gu

/** With a country's code; with a zero before it; as in North America; a mobile in China. Numbers of other forms are figures. */
const phones = [
  /(?<![\w.:+-])\+\d[\d ()./-]{6,18}\d(?![\w:])/g,
  /(?<![\w.:+-])0\d{1,5}[ /-]\d[\d /-]{4,12}\d(?![\w:-]|\.\d)/g,
  /(?<![\w.:+-])0\d{8,11}(?![\w:-]|\.\d)/g,
  /(?<![\w.:+-])\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?![\w:-]|\.\d)/g,
  /(?<![\w.:+-])1[3-9]\d{9}(?![\w:-]|\.\d)/g,
]

/** What a home's router calls its devices by; a box's own first name is made by itself and tells nothing. */
const devices =
  /(?<![\w.-])(?!hob-[\da-f]{4}\.)[\p{L}\p{N}][\p{L}\p{N}-]*(?:\.[\p{L}\p{N}-]+)*\.(?:local|lan|home|internal|localdomain|home\.arpa|fritz\.box)(?![\w-])/giu

export const personal: readonly Rule[] = [
  (text, alias) => text.replace(mail, (found) => alias('mail', found)),
  ...phones.map(
    (phone): Rule =>
      (text, alias) =>
        text.replace(phone, (found) => alias('phone', found.replaceAll(/\D/g, ''))),
  ),
  (text, alias) =>
    text.replace(
      /\b(e?ssid["']?\s*[:=]?\s*)("(?:[^"\\]|\\.)*"|'[^']*'|“[^”]*”|[^\s,;"'}]+)/giu,
      (_, before: string, name: string) => before + alias('network', name.replaceAll(/^["'“]|["'”]$/gu, '')),
    ),
  // `this-box` and `person-1` are this file's own words by now
  (text, alias) =>
    text.replace(devices, (found) =>
      /^(?:this-box|person-\d+)\./.test(found) ? found : alias('device', found),
    ),
  (text, alias) =>
    text.replace(
      /(\/(?:home|Users)\/)([^/\s:"']+)/g,
      (_, before: string, account: string) => before + alias('account', account),
    ),
]
