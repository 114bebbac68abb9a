// Stands in for timedatectl(1).
import { begin, changeState, fail, readState } from './state.ts'

const zones = ['Africa/Abidjan', 'America/New_York', 'Asia/Shanghai', 'Etc/UTC', 'Europe/Berlin', 'UTC']
const args = begin('timedatectl')
const end = args.indexOf('--')
const words = args.filter((arg, index) => !arg.startsWith('-') || (end >= 0 && index > end))
if (words[0] === 'show') process.stdout.write(`Timezone=${readState().timeZone}\nNTPSynchronized=yes\n`)
else if (words[0] === 'list-timezones') process.stdout.write(`${zones.join('\n')}\n`)
else if (words[0] !== 'set-timezone') fail('Unknown command verb.')
else if (!zones.includes(words[1] ?? ''))
  fail(`Failed to set time zone: Invalid or not installed time zone '${words[1]}'`)
else changeState({ timeZone: words[1] ?? '' })
