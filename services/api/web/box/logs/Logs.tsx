// The log: newest line first, as it is written or standing still; by service and level, older lines as one reads on,
// searched in what is loaded, kept as a file.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { LogEntry } from '#appliance/contracts/system.ts'
import { useApp, useTranslation } from '../../app/context.ts'
import { useResource } from '../../app/resource.ts'
import { useStore } from '../../app/store.ts'
import { useAttempt } from '../../chat/actions.ts'
import { Icon } from '../../ui/Icon.tsx'
import { ProblemCard } from '../../ui/ProblemCard.tsx'
import { Select } from '../../ui/Select.tsx'
import { save } from '../../ui/save.ts'
import type { LogQuestion } from '../machine-calls.ts'
import { LineList } from './LineList.tsx'
import { found, type Line } from './lines.ts'
import { type Feed, useLogs } from './useLogs.ts'

const levels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogEntry['level'][]

export function Logs() {
  const { t } = useTranslation()
  const [question, setQuestion] = useState<LogQuestion>({ service: '', level: 'info' })
  const [live, setLive] = useState(true)
  const [words, setWords] = useState('')
  const { loaded, feed, problem, readingOlder, again, older } = useLogs(question, live)
  const { shown, held, release } = useHeld(loaded?.lines ?? null, question)
  const matching = useMemo(() => found(shown ?? [], words), [shown, words])
  return (
    <>
      <p class="muted page-text">{t.logs.text}</p>
      <Filters
        question={question}
        lines={loaded?.lines ?? []}
        words={words}
        change={(part) => setQuestion((now) => ({ ...now, ...part }))}
        search={setWords}
      />
      <section class="card log" aria-label={t.logs.list}>
        <header class="log-head">
          <label class="check">
            <input type="checkbox" role="switch" checked={live} onChange={() => setLive(!live)} />
            <span>{t.logs.live}</span>
          </label>
          <FeedSign feed={feed} />
          <p class="muted small log-count">
            {words.trim() === ''
              ? t.logs.loaded(shown?.length ?? 0)
              : t.logs.found(matching.length, shown?.length ?? 0)}
          </p>
        </header>
        <div>
          {held > 0 && (
            <div class="log-fresh">
              <button type="button" class="button" onClick={release}>
                {t.logs.fresh(held)}
              </button>
            </div>
          )}
          {problem !== null && <ProblemCard problem={problem} onRetry={again} />}
          {shown === null ? (
            problem === null && <p class="muted">{t.common.loading(t.logs.loading)}</p>
          ) : matching.length === 0 ? (
            <p class="muted log-none" role="status">
              {shown.length === 0 ? t.logs.none : t.logs.noMatch}
            </p>
          ) : (
            <LineList lines={matching} words={words} />
          )}
        </div>
        {loaded !== null && (
          <Older more={loaded.before !== null} busy={readingOlder} read={older} any={matching.length > 0} />
        )}
      </section>
      <p class="muted small page-text only-wide">{t.logs.keys}</p>
    </>
  )
}

/** Who reads further down is not disturbed: new lines wait above until they are wanted. */
function useHeld(lines: readonly Line[] | null, question: LogQuestion) {
  const [from, setFrom] = useState<string | null>(null)
  const newest = lines?.[0]?.key ?? null
  useEffect(() => setFrom(null), [question])
  useEffect(() => {
    const page = document.querySelector('.page')
    const look = (): void => {
      const away = page !== null && page.scrollTop > 200
      setFrom((now) => (away ? (now ?? newest) : null))
    }
    page?.addEventListener('scroll', look, { passive: true })
    return () => page?.removeEventListener('scroll', look)
  }, [newest])
  const at = from === null || lines === null ? 0 : lines.findIndex(({ key }) => key === from)
  const held = Math.max(0, at)
  const shown = useMemo(() => (lines === null ? null : lines.slice(held)), [lines, held])
  return {
    shown,
    held,
    release: () => {
      setFrom(null)
      document.querySelector('.page')?.scrollTo(0, 0)
    },
  }
}

function FeedSign({ feed }: { feed: Feed }) {
  const { t } = useTranslation()
  return (
    <p class="small log-feed" role="status">
      {feed === 'live' && <span class="dot dot-busy" aria-hidden="true" />}
      {feed === 'connecting' && <span class="muted">{t.logs.connecting}</span>}
      {feed === 'broken' && <span class="bad">{t.logs.broken}</span>}
    </p>
  )
}

interface FiltersProps {
  question: LogQuestion
  lines: readonly Line[]
  words: string
  change: (part: Partial<LogQuestion>) => void
  search: (words: string) => void
}

function Filters({ question, lines, words, change, search }: FiltersProps) {
  const { api } = useApp()
  const { t } = useTranslation()
  const attempt = useAttempt()
  const system = useResource(api.system)
  useEffect(() => system.want(), [system])
  const known = useStore(system, ({ value }) => value?.services ?? null)
  const services = [
    ...new Set([
      ...(known ?? []).map(({ name }) => name),
      ...lines.map(({ service }) => service),
      ...(question.service === '' ? [] : [question.service]),
    ]),
  ].sort((a, b) => a.localeCompare(b))
  const keep = (): Promise<boolean> =>
    attempt(async () => save(await api.downloadLogs(question), 'hob-log.ndjson'))
  return (
    <div class="filters log-filters" role="search" aria-label={t.logs.filters}>
      <label class="search-field">
        <Icon name="search" size={18} />
        <span class="offscreen">{t.logs.find}</span>
        <input
          type="search"
          placeholder={t.logs.find}
          maxLength={200}
          value={words}
          onInput={(event) => search(event.currentTarget.value)}
        />
      </label>
      <Select
        label={t.logs.service}
        value={question.service}
        options={[['', t.logs.everyService], ...services.map((name) => [name, name] as const)]}
        change={(service) => change({ service })}
      />
      <Select<LogEntry['level']>
        label={t.logs.level}
        value={question.level}
        options={levels.map((level) => [level, t.logs.levels[level]] as const)}
        change={(level) => change({ level })}
      />
      <button type="button" class="button log-download" onClick={() => void keep()}>
        {t.logs.download}
      </button>
    </div>
  )
}

interface OlderProps {
  more: boolean
  busy: boolean
  any: boolean
  read: () => void
}

/** Read on by itself when its end comes near; the button is for keyboards, and for who searches. */
function Older({ more, busy, any, read }: OlderProps) {
  const { t } = useTranslation()
  const end = useRef<HTMLDivElement>(null)
  const latest = useRef(read)
  latest.current = read
  useEffect(() => {
    const element = end.current
    if (element === null || !more || busy || !any) return undefined
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) latest.current()
      },
      { root: element.closest('.page'), rootMargin: '400px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [more, busy, any])
  if (!more) return any ? <p class="muted small log-end">{t.logs.end}</p> : null
  return (
    <div ref={end}>
      <button type="button" class="button wide" disabled={busy} onClick={read}>
        {busy ? t.logs.olderBusy : t.logs.older}
      </button>
    </div>
  )
}
