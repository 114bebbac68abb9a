// Restarting and shutting down: what it is good for, what it interrupts, and then the screen that waits for the box.
import { useEffect, useState } from 'preact/hooks'
import { useApp, useTranslation } from '../../app/context.ts'
import { useResource } from '../../app/resource.ts'
import { useValue } from '../../app/store.ts'
import { ProblemCard } from '../../ui/ProblemCard.tsx'
import { Section } from '../../ui/Section.tsx'
import { useSending } from '../../ui/sending.tsx'
import { Managed, Program } from '../Managed.tsx'
import { useInterrupted } from './interrupted.ts'
import type { Leaving } from './leaving.ts'
import { Waiting } from './Waiting.tsx'

export function Power() {
  const { api } = useApp()
  const { t } = useTranslation()
  const system = useResource(api.system)
  return (
    <Section id="power" title={t.machine.parts.power}>
      <Managed resource={system} what={t.system.loading}>
        {({ managed, bootedAt, version }) =>
          managed ? <Buttons bootedAt={bootedAt} version={version} /> : <Program />
        }
      </Managed>
    </Section>
  )
}

function Buttons({ bootedAt, version }: { bootedAt: string; version: string }) {
  const { api, box, overlays } = useApp()
  const { t } = useTranslation()
  const { busy, problem, send } = useSending()
  const [leaving, setLeaving] = useState<Leaving | null>(null)
  const interrupted = useInterrupted()
  useValue(box.downloads)
  useEffect(() => box.downloads.want(), [box])

  const leave = async (wanted: Leaving): Promise<void> => {
    const off = wanted === 'power_off'
    const answer = await overlays.ask({
      title: off ? t.power.offTitle : t.power.restartTitle,
      text: off ? `${interrupted()} ${t.power.offAfter}` : interrupted(),
      action: off ? t.power.off : t.power.restart,
      destroys: true,
    })
    if (answer === null) return
    if (await send(() => (off ? api.powerOff() : api.reboot()))) setLeaving(wanted)
  }
  const choices = [
    ['reboot', t.power.restart, t.power.restartText],
    ['power_off', t.power.off, t.power.offText],
  ] as const
  return (
    <>
      <p class="muted">{t.power.text}</p>
      <ul class="rows">
        {choices.map(([wanted, action, text]) => (
          <li key={wanted} class="row">
            <div class="row-text">
              <p class="row-title">{action}</p>
              <p class="muted small">{text}</p>
            </div>
            <button type="button" class="button" disabled={busy} onClick={() => void leave(wanted)}>
              {action}
            </button>
          </li>
        ))}
      </ul>
      {problem !== null && <ProblemCard problem={problem} />}
      {leaving !== null && (
        <Waiting leaving={leaving} bootedAt={bootedAt} version={version} close={() => setLeaving(null)} />
      )}
    </>
  )
}
