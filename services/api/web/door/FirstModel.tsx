// The last step of the claim: the model that suits this machine, to be added now or later. Then the chat.
import { useApp, useTranslation } from '../app/context.ts'
import { useValue } from '../app/store.ts'
import { Honesty } from '../chat/Welcome.tsx'
import { useIsStarter } from '../models/starter.ts'
import { Step } from './DoorPage.tsx'

export function FirstModel() {
  const { box, door, router } = useApp()
  const { t } = useTranslation()
  const status = useValue(box.status).value
  const model = status?.models?.defaultModel ?? null
  const starter = useIsStarter(model)
  const go = (path: string): void => {
    door.end()
    router.go(path, { replace: true })
  }
  return (
    <Step title={t.claim.model}>
      {status === null ? (
        <p class="muted">{t.common.loading(t.box.loading)}</p>
      ) : (
        <>
          {model !== null && !starter && <p class="muted">{t.claim.modelHere(model)}</p>}
          <Honesty add={() => go('/models')} />
        </>
      )}
      <button type="button" class="button primary wide" onClick={() => go('/chat')}>
        {t.claim.toChat}
      </button>
    </Step>
  )
}
