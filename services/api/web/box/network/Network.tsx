// How the box is connected: the map, each connection with its addresses, a change on trial, Wi-Fi.
import { useEffect, useState } from 'preact/hooks'
import type { HostNetwork } from '#appliance/contracts/host-network.ts'
import { useApp, useTranslation } from '../../app/context.ts'
import { useResource } from '../../app/resource.ts'
import { useValue } from '../../app/store.ts'
import { useAttempt } from '../../chat/actions.ts'
import { Section } from '../../ui/Section.tsx'
import { Managed } from '../Managed.tsx'
import { useWatched } from '../watch.ts'
import { Interfaces } from './Interfaces.tsx'
import { NetworkMap } from './NetworkMap.tsx'
import { TrialCard } from './TrialCard.tsx'
import { confirmWithinMs } from './timing.ts'
import { type Trial, takeKeep, wantedOf } from './trial.ts'
import { Wifi } from './Wifi.tsx'

export function Network() {
  const { api } = useApp()
  const { t } = useTranslation()
  const network = useResource(api.network)
  useWatched(network)
  const now = useValue(network).value
  const [trial, setTrial] = useState<{ trial: Trial; was: string } | null>(null)
  const [reached, setReached] = useState(true)
  useKeep(now, network.refresh)
  const heard = (seen: HostNetwork | null): void => {
    setReached(seen !== null)
    if (seen !== null) network.patch(() => seen)
  }

  // A change that another page made, or this one before it was opened anew.
  useEffect(() => {
    const pending = now?.pending ?? null
    if (pending === null || trial !== null) return
    const changed = now?.interfaces.find(({ device }) => device === pending.device)
    if (changed === undefined) return
    const leftMs = Math.min(confirmWithinMs, Math.max(0, Date.parse(pending.confirmBy) - Date.now()))
    setTrial({ trial: { change: pending, wanted: wantedOf(changed), endsAt: Date.now() + leftMs }, was: '' })
  }, [now, trial])

  return (
    <>
      {trial !== null && (
        <TrialCard
          key={trial.trial.change.id}
          trial={trial.trial}
          was={trial.was}
          heard={heard}
          close={() => {
            setTrial(null)
            setReached(true)
          }}
        />
      )}
      <Section id="connections" title={t.lan.interfaces}>
        <Managed resource={network} what={t.lan.loading}>
          {({ interfaces, pending }) => (
            <>
              <NetworkMap interfaces={interfaces} reached={reached} />
              {interfaces.length === 0 ? (
                <p class="muted">{t.lan.none}</p>
              ) : (
                <Interfaces
                  interfaces={interfaces}
                  free={pending === null}
                  changed={(begun, was) => setTrial({ trial: begun, was })}
                />
              )}
            </>
          )}
        </Managed>
      </Section>
      {now !== null && <Wifi network={now} changed={network.refresh} />}
    </>
  )
}

/** A page that was opened at the new address, by the link that carries the change: that it is here is the proof. */
function useKeep(now: HostNetwork | null, changed: () => void): void {
  const { api, overlays } = useApp()
  const { t } = useTranslation()
  const attempt = useAttempt()
  const [id, setId] = useState(() => takeKeep(window))
  const keep = async (change: string): Promise<void> => {
    if (await attempt(() => api.keepNetwork(change))) overlays.tell(t.lan.keptBy)
    changed()
  }
  useEffect(() => {
    if (id === null || now === null) return
    setId(null)
    if (now.pending?.id !== id) {
      overlays.tell(t.lan.expired)
      return
    }
    void keep(id)
  }, [id, now])
}
