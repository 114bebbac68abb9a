// Inviting somebody: a role, a code to scan or send, and the invitations that nobody has used yet.
import { useState } from 'preact/hooks'
import type { Invitation } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useResource } from '../app/resource.ts'
import { useAttempt } from '../chat/actions.ts'
import type { Role } from '../door/calls.ts'
import { CopyButton, useCopy } from '../ui/Copy.tsx'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { Qr } from '../ui/Qr.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { useSending } from '../ui/sending.tsx'
import { DayField, dayIn, endOf, RoleChoice } from './RoleFields.tsx'

type Made = Invitation & { readonly code: string }

export function Invitations() {
  const { api } = useApp()
  const { t } = useTranslation()
  const invitations = useResource(api.invitations)
  const [made, setMade] = useState<Made | null>(null)
  return (
    <>
      <Section id="invite" title={t.invite.title}>
        {made === null ? (
          <Make
            made={(invitation) => {
              setMade(invitation)
              invitations.refresh()
            }}
          />
        ) : (
          <Ready made={made} done={() => setMade(null)} />
        )}
      </Section>
      <Shown resource={invitations} what={t.invite.open}>
        {(open) =>
          open.length === 0 ? null : (
            <Section id="open-invitations" title={t.invite.open}>
              <ul class="rows">
                {open.map((invitation) => (
                  <Row
                    key={invitation.id}
                    invitation={invitation}
                    gone={() => {
                      if (made?.id === invitation.id) setMade(null)
                      invitations.refresh()
                    }}
                  />
                ))}
              </ul>
            </Section>
          )
        }
      </Shown>
    </>
  )
}

function Make({ made }: { made: (invitation: Made) => void }) {
  const { api } = useApp()
  const { t } = useTranslation()
  const [role, setRole] = useState<Role>('adult')
  const [day, setDay] = useState(() => dayIn(7))
  const { busy, problem, send } = useSending()
  const make = (): Promise<boolean> =>
    send(async () => made(await api.invite(role, role === 'guest' ? endOf(day) : null)))
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <p class="muted">{t.invite.text}</p>
      <RoleChoice value={role} change={setRole} />
      {role === 'guest' && <DayField label={t.invite.until} value={day} change={setDay} />}
      {problem !== null && <ProblemCard problem={problem} />}
      <div class="actions">
        <button type="submit" class="button primary" disabled={busy}>
          {t.invite.make}
        </button>
      </div>
    </form>
  )
}

/** By the box's own name: the address by which this browser came may be one that others cannot use. */
function linkOf(code: string, host: string): string {
  const url = new URL('/join', window.location.origin)
  if (host !== '') url.hostname = host
  url.hash = code
  return url.href
}

function Ready({ made, done }: { made: Made; done: () => void }) {
  const { door } = useApp()
  const { t, format } = useTranslation()
  const copy = useCopy()
  const link = linkOf(made.code, door.state.get().door?.host ?? '')
  return (
    <div class="form secret" role="status">
      <p class="asks-title">{t.invite.ready(t.people.roles[made.role])}</p>
      <p class="muted">{t.invite.readyText}</p>
      <Qr text={link} label={t.invite.qr} />
      <p class="secret-line">
        <code>{link}</code>
        <CopyButton text={link} label={`${t.common.copy}: ${t.invite.link}`} />
      </p>
      <p class="muted small">{t.invite.expires(format.dateTime(made.expiresAt))}</p>
      <div class="actions">
        <button type="button" class="button primary" onClick={() => void copy(link)}>
          {t.invite.copyLink}
        </button>
        <button type="button" class="button" onClick={done}>
          {t.invite.done}
        </button>
      </div>
    </div>
  )
}

function Row({ invitation, gone }: { invitation: Invitation; gone: () => void }) {
  const { api, overlays } = useApp()
  const { t, format } = useTranslation()
  const attempt = useAttempt()
  const role = t.people.roles[invitation.role]
  const takeBack = async (): Promise<void> => {
    if (!(await attempt(() => api.removeInvitation(invitation.id)))) return
    overlays.tell(t.invite.takenBack)
    gone()
  }
  return (
    <li class="row">
      <div class="row-text">
        <p class="row-title">{role}</p>
        <p class="muted small">{t.invite.expires(format.dateTime(invitation.expiresAt))}</p>
      </div>
      <button
        type="button"
        class="button"
        aria-label={`${t.invite.takeBack}: ${role}`}
        onClick={() => void takeBack()}
      >
        {t.invite.takeBack}
      </button>
    </li>
  )
}
