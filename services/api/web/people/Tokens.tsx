// Tokens for programs: which there are, making one (it is shown this one time), ending one.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Token } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useResource } from '../app/resource.ts'
import { useAttempt } from '../chat/actions.ts'
import { usePerson } from '../door/may.ts'
import { CopyButton } from '../ui/Copy.tsx'
import { Section, Shown } from '../ui/Section.tsx'
import { MakeToken } from './MakeToken.tsx'

type Made = Token & { readonly token: string }

interface Props {
  /** What stands beneath, with the token that was just made, if any. */
  children: (token: string | null) => ComponentChildren
}

export function Tokens({ children }: Props) {
  const { api } = useApp()
  const { t } = useTranslation()
  const tokens = useResource(api.tokens)
  const [made, setMade] = useState<Made | null>(null)
  const [making, setMaking] = useState(false)
  return (
    <>
      <Section id="tokens" title={t.tokens.title}>
        <p class="muted">{t.tokens.text}</p>
        {made !== null && <Ready made={made} />}
        <Shown resource={tokens} what={t.people.loading}>
          {(all) =>
            all.length === 0 ? (
              <p class="muted">{t.tokens.none}</p>
            ) : (
              <ul class="rows">
                {all.map((token) => (
                  <Row
                    key={token.id}
                    token={token}
                    gone={() => {
                      if (made?.id === token.id) setMade(null)
                      tokens.refresh()
                    }}
                  />
                ))}
              </ul>
            )
          }
        </Shown>
        {making ? (
          <MakeToken
            close={() => setMaking(false)}
            made={(token) => {
              setMade(token)
              setMaking(false)
              tokens.refresh()
            }}
          />
        ) : (
          <div class="actions">
            <button type="button" class="button" onClick={() => setMaking(true)}>
              {t.tokens.make}
            </button>
          </div>
        )}
      </Section>
      {children(made?.token ?? null)}
    </>
  )
}

function Ready({ made }: { made: Made }) {
  const { t } = useTranslation()
  return (
    <div class="secret" role="status">
      <p class="asks-title">{t.tokens.ready}</p>
      <p class="secret-line">
        <code>{made.token}</code>
        <CopyButton text={made.token} label={`${t.common.copy}: ${t.tokens.token}`} />
      </p>
      <p class="muted small">{t.tokens.readyText}</p>
    </div>
  )
}

function Row({ token, gone }: { token: Token; gone: () => void }) {
  const { api, overlays } = useApp()
  const { t, format } = useTranslation()
  const attempt = useAttempt()
  const me = usePerson()
  const { id, name, prefix, scopes, person, expiresAt, lastUsedAt } = token
  const facts = [
    expiresAt === null ? t.tokens.endless : t.tokens.until(format.day(expiresAt)),
    lastUsedAt === null ? t.people.neverUsed : t.people.used(format.when(lastUsedAt, Date.now())),
    ...(person.id === me?.id ? [] : [t.tokens.of(person.name)]),
  ]
  const end = async (): Promise<void> => {
    const answer = await overlays.ask({
      title: t.tokens.endTitle(name),
      text: t.tokens.endText,
      action: t.tokens.end,
      destroys: true,
    })
    if (answer === null || !(await attempt(() => api.removeToken(id)))) return
    overlays.tell(t.tokens.ended)
    gone()
  }
  return (
    <li class="row">
      <div class="row-text">
        <p class="row-title">
          {name}
          <code class="muted">{`${prefix}…`}</code>
        </p>
        <p class="small">{format.list(scopes.map((scope) => t.tokens.scopeNames[scope] ?? scope))}</p>
        <p class="muted small">{facts.join(' · ')}</p>
      </div>
      <button type="button" class="button" aria-label={`${t.tokens.end}: ${name}`} onClick={() => void end()}>
        {t.tokens.end}
      </button>
    </li>
  )
}
