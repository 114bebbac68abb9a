// Lines of the log: one tab stop for all of them, arrows from line to line, Enter for a line's particulars, C to copy.
import { useRef, useState } from 'preact/hooks'
import { useTranslation } from '../../app/context.ts'
import { CopyButton, useCopy } from '../../ui/Copy.tsx'
import { fieldsOf, type Line, textOf } from './lines.ts'

const steps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

export function LineList({ lines, words }: { lines: readonly Line[]; words: string }) {
  const { t } = useTranslation()
  const copy = useCopy()
  const list = useRef<HTMLOListElement>(null)
  const [at, setAt] = useState<string | null>(null)
  const reached = lines.some(({ key }) => key === at) ? at : (lines[0]?.key ?? null)

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || event.target.tagName !== 'SUMMARY') return
    if (event.metaKey || event.ctrlKey || event.altKey) return
    const index = lines.findIndex(({ key }) => key === reached)
    const line = lines[index]
    if (event.key === 'c' && line !== undefined) void copy(textOf(line))
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = Math.min(lines.length - 1, Math.max(0, index + step))
    setAt(lines[next]?.key ?? null)
    list.current?.querySelectorAll<HTMLElement>('summary')[next]?.focus()
  }

  return (
    <ol class="lines" aria-label={t.logs.list} ref={list} onKeyDown={onKeyDown}>
      {lines.map((line) => (
        <Row key={line.key} line={line} words={words} reached={line.key === reached} take={setAt} />
      ))}
    </ol>
  )
}

interface RowProps {
  line: Line
  words: string
  reached: boolean
  take: (key: string) => void
}

function Row({ line, words, reached, take }: RowProps) {
  const { t, format } = useTranslation()
  const [open, setOpen] = useState(false)
  const { at, level, service, message } = line
  return (
    <li class={`line line-${level}`}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary tabIndex={reached ? 0 : -1} onFocus={() => take(line.key)}>
          <span class="line-facts">
            <time dateTime={at} title={format.dateTime(at)}>
              {format.clock(at)}
            </time>
            <span>{service}</span>
            {level !== 'info' && <span class={`tag line-tag-${level}`}>{t.logs.levelOf[level]}</span>}
          </span>
          <span class="line-message">
            <Marked text={message} words={words} />
            {!open && (
              <span class="line-fields">
                {fieldsOf(line.fields).map(([name, value]) => (
                  <Marked key={name} text={` ${name}=${value}`} words={words} />
                ))}
              </span>
            )}
          </span>
        </summary>
        {open && (
          <div class="line-more">
            <dl class="facts small">
              {[['time', format.dateTime(at)] as const, ...fieldsOf(line.fields)].map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <Marked text={value} words={words} />
                  </dd>
                </div>
              ))}
            </dl>
            <CopyButton text={textOf(line)} label={t.logs.copy} />
          </div>
        )}
      </details>
    </li>
  )
}

/** What was searched for, lit. */
function Marked({ text, words }: { text: string; words: string }) {
  const [first = ''] = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const from = first === '' ? -1 : text.toLowerCase().indexOf(first)
  if (from === -1) return <>{text}</>
  return (
    <>
      {text.slice(0, from)}
      <mark>{text.slice(from, from + first.length)}</mark>
      {text.slice(from + first.length)}
    </>
  )
}
