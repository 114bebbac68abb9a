// Stands in for journalctl(1), with the options that the door gives it.
import { existsSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { begin, type JournalLine, ownJournal } from './state.ts'

const args = begin('journalctl')
const { values } = parseArgs({
  args,
  options: {
    output: { type: 'string' },
    all: { type: 'boolean' },
    'no-pager': { type: 'boolean' },
    quiet: { type: 'boolean' },
    unit: { type: 'string' },
    'output-fields': { type: 'string' },
    reverse: { type: 'boolean' },
    follow: { type: 'boolean' },
    'no-tail': { type: 'boolean' },
    since: { type: 'string' },
    'after-cursor': { type: 'string' },
  },
})
const file = ownJournal()
if (!existsSync(file)) writeFileSync(file, '')
const unit = new RegExp(`^${(values.unit ?? '').replaceAll('.', '\\.').replaceAll('*', '.*')}$`)
const sinceMs = Number(values.since?.replace('@', '') ?? 0) * 1_000
const read = (): string[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap((text, index) => {
      const { atMs, unit: by, text: said, priority } = JSON.parse(text) as JournalLine
      if (!unit.test(by) || atMs < sinceMs) return []
      const entry = {
        __CURSOR: cursorOf(index),
        __REALTIME_TIMESTAMP: `${atMs}000`,
        _SYSTEMD_UNIT: by,
        PRIORITY: String(priority),
        MESSAGE: said,
      }
      return [`${JSON.stringify(entry)}\n`]
    })
const cursorOf = (index: number): string => `s=fa;i=${index.toString(16)}`

if (values.follow === true) {
  let seen = values['no-tail'] === true ? 0 : read().length
  const tell = (): void => {
    const lines = read()
    process.stdout.write(lines.slice(seen).join(''))
    seen = lines.length
  }
  watch(file, tell)
  tell()
} else {
  const lines = values.reverse === true ? read().reverse() : read()
  const after = values['after-cursor']
  const start = after === undefined ? 0 : lines.findIndex((line) => line.includes(`"${after}"`)) + 1
  process.stdout.write(lines.slice(start).join(''))
}
