// Stands in for systemctl(1) on a box whose steward is not running.
import { begin, fail } from './state.ts'

const args = begin('systemctl')
const units = [
  { name: 'hob-api.service', state: 'active', socket: 'hob-api-https.socket hob-api.socket' },
  { name: 'hob-models.service', state: 'active', socket: 'hob-models.socket' },
  { name: 'hob-steward.service', state: 'inactive', socket: 'hob-steward.socket' },
  { name: 'hob-console@tty1.service', state: 'failed', socket: '' },
]
const glob = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`)

const end = args.indexOf('--')
if (args.includes('reboot') || args.includes('poweroff')) process.exit(0)
if (args[0] !== 'show') fail('Unknown command verb.')
if (end === -1) process.stdout.write('@1764180000\n')
else {
  const pattern = glob(args[end + 1] ?? '')
  const blocks = units
    .filter(({ name }) => pattern.test(name))
    .map(({ name, state, socket }) =>
      [
        `Id=${name}`,
        `ActiveState=${state}`,
        `StateChangeTimestamp=${state === 'inactive' ? '' : '@1764180005'}`,
        'NRestarts=0',
        'MemoryCurrent=[not set]',
        `TriggeredBy=${socket}`,
      ].join('\n'),
    )
  process.stdout.write(`${blocks.join('\n\n')}\n`)
}
