// Decides what is shown: the claim of a new box, an invitation, signing in, or the places. Places that were open once
// stay as they are beneath, unseen, so that whoever signs in again goes on where they were.
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { later } from '../app/later.tsx'
import { useStore, useValue } from '../app/store.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { DoorPage } from './DoorPage.tsx'
import type { DoorState } from './door.ts'
import { SignIn } from './SignIn.tsx'

const ClaimWizard = later(async () => (await import('./ClaimWizard.tsx')).ClaimWizard)
const Join = later(async () => (await import('./Join.tsx')).Join)

type Shown = 'claim' | 'join' | 'sign-in' | 'inside'

const shownOf = (
  { claimed, person }: NonNullable<DoorState['door']>,
  flow: DoorState['flow'],
  joining: boolean,
): Shown => {
  if (flow !== null) return flow
  if (!claimed) return 'claim'
  if (joining) return 'join'
  return person === null ? 'sign-in' : 'inside'
}

export function Gate({ children }: { children: ComponentChildren }) {
  const { door: keeper, router } = useApp()
  const { door, problem, flow } = useValue(keeper.state)
  const place = useStore(router.route, (route) => route.place)
  const wasInside = useRef(false)
  const wasClaiming = useRef(false)
  const shown = door === null ? null : shownOf(door, flow, place === 'join')
  if (shown === 'inside') wasInside.current = true
  if (shown === 'claim') wasClaiming.current = true

  useEffect(() => {
    // A claimed box is not claimed again: an old link leads to the chat.
    if (shown === 'inside' && place === 'claim') router.go('/chat', { replace: true })
    if (shown === 'inside' && document.activeElement === document.body)
      document.querySelector<HTMLElement>('#content')?.focus()
  }, [shown, place, router])

  if (door === null || shown === null) return <Before problem={problem} />
  return (
    <>
      {wasInside.current && <div hidden={shown !== 'inside'}>{children}</div>}
      {shown === 'claim' && <ClaimWizard door={door} />}
      {shown === 'join' && <Join door={door} />}
      {shown === 'sign-in' && <SignIn door={door} taken={place === 'claim' || wasClaiming.current} />}
    </>
  )
}

/** Before the box's first answer. */
function Before({ problem }: Pick<DoorState, 'problem'>) {
  const { door } = useApp()
  const { t } = useTranslation()
  return (
    <DoorPage name="" title={t.door.title} fire={problem === null ? 'idle' : 'away'}>
      <h1 class="offscreen">{t.door.title}</h1>
      {problem === null ? (
        <p class="muted door-asking">{t.door.asking}</p>
      ) : (
        <ProblemCard problem={problem} onRetry={() => void door.ask()} />
      )}
    </DoorPage>
  )
}
