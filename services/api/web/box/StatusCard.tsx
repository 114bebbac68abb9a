// How the box is right now: the model and its fire, its speed, the load, and who holds the memory.
import { useState } from 'preact/hooks'
import type { Status } from '#appliance/contracts/box.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { speedInWords } from '../chat/speed.ts'
import { useIsStarter } from '../models/starter.ts'
import { Reasons } from '../models/Why.tsx'
import { fireState, Hearth, useEngine, useFire } from '../ui/Hearth.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { memoryParts } from './memory.ts'

export function StatusCard() {
  const { box } = useApp()
  const { t } = useTranslation()
  return (
    <Section id="now" title={t.box.now}>
      <Shown resource={box.status} what={t.box.loading}>
        {(status) => <Now status={status} />}
      </Shown>
    </Section>
  )
}

function Now({ status }: { status: Status }) {
  const translation = useTranslation()
  const { t, format } = translation
  const { fire, words } = useFire()
  const [why, setWhy] = useState(false)
  const engine = useEngine()
  return (
    <>
      <div class="now">
        <Hearth fire={fire} size={64} />
        <div>
          <p class="now-model">{engine?.model ?? words}</p>
          {engine !== null && <p class="muted">{fireState(fire, engine, translation)}</p>}
          {status.choice !== null && (
            <button type="button" class="link-button" aria-expanded={why} onClick={() => setWhy(!why)}>
              {t.box.why}
            </button>
          )}
        </div>
      </div>
      {why && status.choice !== null && <Reasons chosen={status.choice.chosen} />}
      <Figures status={status} />
      <Memory status={status} />
      <p class="muted small">
        {`${status.name} · ${t.box.version(status.version)} · ${t.box.since(format.dateTime(status.startedAt))}`}
      </p>
    </>
  )
}

function Figures({ status }: { status: Status }) {
  const { t, format } = useTranslation()
  const engine = useEngine()
  const starter = useIsStarter(engine?.model ?? null)
  const measured = engine?.tokensPerSecond ?? null
  const expected = engine?.plan?.tokensPerSecond ?? status.choice?.chosen?.tokensPerSecond ?? null
  const speed = measured ?? expected
  const basis = measured === null ? t.box.expected : t.box.measured
  const figures: [string, string | null, string][] = [
    [
      t.box.speed,
      speed === null ? null : format.speed(speed),
      speed === null ? '' : (starter ? [basis] : [speedInWords(speed, t), basis]).join(', '),
    ],
    [
      t.box.first,
      engine?.firstTokenMs == null ? null : format.seconds(engine.firstTokenMs),
      engine?.firstTokenMs == null ? '' : t.box.measured,
    ],
    [t.box.processor, status.load.cpu === null ? null : format.percent(status.load.cpu), ''],
    [
      t.box.answering,
      format.number(engine?.active ?? 0),
      engine !== null && engine.waiting > 0 ? t.box.waiting(engine.waiting) : '',
    ],
    [
      t.box.connections,
      t.box.of(format.number(status.connections.open), format.number(status.connections.limit)),
      '',
    ],
  ]
  return (
    <dl class="figures">
      {figures.map(([name, value, note]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={value === null ? 'figure-missing' : undefined}>
            {value ?? t.common.notMeasured}
            {note !== '' && <span class="muted small">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Memory({ status }: { status: Status }) {
  const { t, format } = useTranslation()
  const parts = memoryParts(status)
  const total = status.load.memoryTotalBytes
  const words = parts.map(({ kind, bytes }) => `${t.box.memoryParts[kind]} ${format.memory(bytes)}`)
  let from = 0
  return (
    <figure class="memory">
      <figcaption>
        <span>{t.box.memory}</span>
        <span class="muted small">{t.box.memoryOf(format.memory(total))}</span>
      </figcaption>
      <svg
        class="memory-bar"
        viewBox="0 0 1000 24"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${t.box.memory}: ${format.list(words)}`}
      >
        {parts.map(({ kind, bytes }) => {
          const width = total === 0 ? 0 : (bytes / total) * 1000
          const x = from
          from += width
          return <rect key={kind} class={`memory-${kind}`} x={x} y="0" width={width} height="24" />
        })}
      </svg>
      <ul class="legend small">
        {parts.map(({ kind, bytes }) => (
          <li key={kind}>
            <svg class="swatch" width="12" height="12" aria-hidden="true">
              <rect class={`memory-${kind}`} width="12" height="12" rx="3" />
            </svg>
            {`${t.box.memoryParts[kind]} ${format.memory(bytes)}`}
          </li>
        ))}
      </ul>
    </figure>
  )
}
