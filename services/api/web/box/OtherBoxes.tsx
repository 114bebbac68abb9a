// The other boxes on the network, looked for when somebody asks: this box listens for some seconds. What a box says of
// itself there is not proven, so its certificate's beginning stands beside it, to be compared with the box's own screen.
import { useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import type { OtherBox } from '../door/calls.ts'
import { pairs } from '../door/fingerprint.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Section } from '../ui/Section.tsx'
import { useSending } from '../ui/sending.tsx'

const listenSeconds = 3

export function OtherBoxes() {
  const { api } = useApp()
  const { t, format } = useTranslation()
  const [boxes, setBoxes] = useState<readonly OtherBox[] | null>(null)
  const { busy, problem, send } = useSending()
  const look = (): Promise<boolean> =>
    send(async () => setBoxes((await api.discover(listenSeconds)).filter(({ own }) => !own)))
  return (
    <Section id="other-boxes" title={t.others.title}>
      <p class="muted">{t.others.text}</p>
      <div role="status">
        {busy && <p>{t.others.looking(format.left(listenSeconds))}</p>}
        {!busy && problem === null && boxes !== null && boxes.length === 0 && (
          <>
            <p>{t.others.none}</p>
            <p class="muted">{t.others.noneText}</p>
          </>
        )}
        {!busy && problem === null && boxes !== null && boxes.length > 0 && (
          <ul class="rows">
            {boxes.map((box) => (
              <Row key={box.id} box={box} />
            ))}
          </ul>
        )}
      </div>
      {problem !== null && <ProblemCard problem={problem} onRetry={() => void look()} />}
      {problem === null && (
        <div class="actions">
          <button type="button" class="button" disabled={busy} onClick={() => void look()}>
            {boxes === null ? t.others.look : t.others.again}
          </button>
        </div>
      )}
    </Section>
  )
}

function Row({ box: { name, host, port, addresses, claimed, fingerprint } }: { box: OtherBox }) {
  const { t } = useTranslation()
  const address = `${host}${port === 443 ? '' : `:${port}`}`
  const facts = [address, ...addresses.v4, ...(claimed === false ? [t.others.unclaimed] : [])]
  return (
    <li class="row">
      <div class="row-text">
        <a class="row-title" href={`https://${address}/`} target="_blank" rel="noreferrer">
          {name === '' ? host : name}
        </a>
        <p class="muted small">{facts.join(' · ')}</p>
        {fingerprint !== null && (
          <p class="muted small">
            {t.others.certificate} <span class="mono">{pairs(fingerprint).join(':')}</span>
          </p>
        )}
      </div>
    </li>
  )
}
