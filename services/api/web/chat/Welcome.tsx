// Before the first question: what one could ask, and the honest word when there is no model that could answer.
import { useApp, useTranslation } from '../app/context.ts'
import { useStore, useValue } from '../app/store.ts'
import { useMay } from '../door/may.ts'
import { useIsStarter } from '../models/starter.ts'
import { Hearth, useFire } from '../ui/Hearth.tsx'
import { Icon } from '../ui/Icon.tsx'
import { speedInWords } from './speed.ts'
import type { AskFunction } from './useAsk.ts'

export function Welcome({ ask }: { ask: AskFunction }) {
  const { box } = useApp()
  const { t } = useTranslation()
  const { fire } = useFire()
  const starter = useIsStarter(useStore(box.status, ({ value }) => value?.models?.defaultModel ?? null))
  const suggestions = starter ? t.chat.starterSuggestions : t.chat.suggestions
  return (
    <div class="thread">
      <div class="welcome">
        <Hearth fire={fire} size={72} />
        <h2>{t.chat.welcome}</h2>
        <p class="muted">{t.chat.welcomeText}</p>
        <Honesty />
        <ul class="suggestions">
          {suggestions.map((suggestion) => (
            <li key={suggestion}>
              <button type="button" class="suggestion" onClick={() => void ask(suggestion)}>
                {suggestion}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

interface HonestyProps {
  brief?: boolean
  /** Goes to where a model is added, in another way than by the address. */
  add?: (() => void) | undefined
}

/** Says when the starter or nothing is here; unless `brief`, also which model this machine could run. */
export function Honesty({ brief = false, add }: HonestyProps) {
  const { box } = useApp()
  const { t, format } = useTranslation()
  const status = useValue(box.status).value
  const automatic = status?.models?.defaultModel ?? null
  const starter = useIsStarter(automatic)
  const manages = useMay('models:manage')
  if (status === null || status.models === null || (automatic !== null && !starter)) return null
  const better = status.choice?.recommended ?? null
  const title = automatic === null ? t.chat.noModel : t.chat.starter
  if (brief)
    return (
      <p class="muted small brief">
        {title}
        {manages && (
          <>
            {' ·'}
            <a class="link-button" href="/models">
              {t.chat.addModel}
            </a>
          </>
        )}
      </p>
    )
  return (
    <div class="card asks">
      <Icon name="info" />
      <div>
        <p class="asks-title">{title}</p>
        <p>{automatic === null ? t.chat.noModelText : t.chat.starterText}</p>
        {better !== null && (
          <p>
            {t.chat.recommended(
              better.plan.model,
              format.memory(better.plan.memory.totalBytes),
              speedInWords(better.plan.tokensPerSecond, t),
            )}
          </p>
        )}
        {manages && <Add add={add} />}
      </div>
    </div>
  )
}

function Add({ add }: Pick<HonestyProps, 'add'>) {
  const { t } = useTranslation()
  if (add === undefined)
    return (
      <a class="button primary" href="/models">
        {t.chat.addModel}
      </a>
    )
  return (
    <button type="button" class="button" onClick={add}>
      {t.chat.addModel}
    </button>
  )
}
