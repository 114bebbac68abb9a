// Numbers, sizes and times as people write them, by Intl. Memory counts in GiB (2³⁰), files in GB (10⁹), as both are sold.
import type { Language } from '../app/settings.ts'

const locales: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans' }

export type Format = ReturnType<typeof createFormat>

export function createFormat(language: Language) {
  const locale = locales[language]
  const number = (value: number, digits = 0): string =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)
  const scaled = (bytes: number, base: number, units: readonly string[]): string => {
    let value = bytes
    let unit = 0
    while (value >= base && unit < units.length - 1) {
      value /= base
      unit += 1
    }
    return `${number(value, unit > 1 && value < 100 ? 1 : 0)} ${units[unit] ?? ''}`
  }
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const dayAndTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })

  return {
    locale,
    number,
    percent: (share: number) => new Intl.NumberFormat(locale, { style: 'percent' }).format(share),
    memory: (bytes: number) => scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']),
    file: (bytes: number) => scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB']),
    speed: (tokensPerSecond: number) => `${number(tokensPerSecond, tokensPerSecond < 100 ? 1 : 0)} tok/s`,
    /** Milliseconds as seconds with one digit below ten; what would round to nothing stays in milliseconds. */
    seconds: (ms: number) => (ms < 100 ? `${number(ms)} ms` : `${number(ms / 1000, ms < 10_000 ? 1 : 0)} s`),
    /** Models count their weights in millions and billions: 1.7 B, 596 M. */
    parameters: (count: number) =>
      count >= 1e9
        ? `${number(count / 1e9, count < 1e10 ? 1 : 0)} B`
        : `${number(count / 1e6, count < 1e7 ? 1 : 0)} M`,
    dateTime: (iso: string) => dayAndTime.format(new Date(iso)),
    day: (iso: string) => day.format(new Date(iso)),
    /** A time today, "yesterday", else the date. */
    when: (iso: string, now: number) => {
      const then = new Date(iso)
      const days = Math.round((startOfDay(now) - startOfDay(then.getTime())) / 86_400_000)
      if (days <= 0) return time.format(then)
      return days < 7 ? relative.format(-days, 'day') : day.format(then)
    },
    /** How long something still takes, coarsely: the estimate is no better. */
    left: (seconds: number) => {
      const unit = seconds < 60 ? 'second' : seconds < 3600 ? 'minute' : 'hour'
      const size = { second: 1, minute: 60, hour: 3600 }[unit]
      return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(
        Math.max(1, Math.round(seconds / size)),
      )
    },
    /** How long something lasted, in its two largest units: 3 days and 4 hours. */
    span: (seconds: number) => {
      const whole = Math.max(0, Math.floor(seconds))
      const parts = [
        ['day', Math.floor(whole / 86_400)],
        ['hour', Math.floor(whole / 3600) % 24],
        ['minute', Math.floor(whole / 60) % 60],
        ['second', whole % 60],
      ] as const
      const first = Math.max(
        0,
        parts.findIndex(([unit, count]) => count > 0 || unit === 'second'),
      )
      const words = parts
        .slice(first, first + 2)
        .filter(([, count], index) => index === 0 || count > 0)
        .map(([unit, count]) =>
          new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count),
        )
      return new Intl.ListFormat(locale, { type: 'unit', style: 'long' }).format(words)
    },
    /** The time of day somewhere. */
    timeIn: (timeZone: string, now: number) =>
      new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(new Date(now)),
    /** To the second, for logs. */
    clock: (iso: string) =>
      new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' }).format(new Date(iso)),
    list: (items: readonly string[]) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(items),
  }
}

const startOfDay = (time: number): number => {
  const date = new Date(time)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}
