// Where the person is signed in; what they do not know they sign out.
import type { Session } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useResource } from '../app/resource.ts'
import { useAttempt } from '../chat/actions.ts'
import { Section, Shown } from '../ui/Section.tsx'

export function Devices() {
  const { api } = useApp()
  const { t } = useTranslation()
  const sessions = useResource(api.sessions)
  return (
    <Section id="devices" title={t.people.devices}>
      <p class="muted">{t.people.devicesText}</p>
      <Shown resource={sessions} what={t.people.loading}>
        {(all) => (
          <ul class="rows">
            {all.map((session) => (
              <Row key={session.id} session={session} gone={sessions.refresh} />
            ))}
          </ul>
        )}
      </Shown>
    </Section>
  )
}

function Row({ session, gone }: { session: Session; gone: () => void }) {
  const { api, overlays } = useApp()
  const { t, format } = useTranslation()
  const attempt = useAttempt()
  const { id, device, address, lastSeenAt, current } = session
  const signOut = async (): Promise<void> => {
    if (!(await attempt(() => api.revokeSession(id)))) return
    overlays.tell(t.people.deviceSignedOut(device))
    gone()
  }
  return (
    <li class="row">
      <div class="row-text">
        <p class="row-title">
          {device}
          {current && <span class="tag tag-alive">{t.people.thisDevice}</span>}
        </p>
        <p class="muted small">{t.people.lastSeen(format.when(lastSeenAt, Date.now()), address)}</p>
      </div>
      {!current && (
        <button
          type="button"
          class="button"
          aria-label={t.people.deviceOut(device)}
          onClick={() => void signOut()}
        >
          {t.people.signOut}
        </button>
      )}
    </li>
  )
}
