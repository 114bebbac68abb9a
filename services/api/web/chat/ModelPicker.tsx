// Which model answers: its name and how it is; a choice where several could. The choice holds for this browser tab.
import { useState } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { useStore } from '../app/store.ts'
import { useFire } from '../ui/Hearth.tsx'

const key = 'hob.model'

/** Undefined: whichever the box thinks best. */
export const chosenModel = (): string | undefined => sessionStorage.getItem(key) ?? undefined

export function ModelPicker() {
  const { box } = useApp()
  const { t } = useTranslation()
  const { fire, words } = useFire()
  const automatic = useStore(box.status, ({ value }) => value?.models?.defaultModel ?? null)
  const installed = useStore(box.installed, ({ value }) => value?.models ?? null)
  const [wish, setWish] = useState(chosenModel())
  const talkers = (installed ?? []).filter(({ kind }) => kind === 'chat')
  const known = talkers.some(({ id }) => id === wish) ? wish : undefined
  const dot = <span class={`dot dot-${fire}`} aria-hidden="true" />
  if (talkers.length < 2)
    return (
      <p class="model-line">
        {dot}
        {words}
      </p>
    )
  return (
    <label class="model-line">
      {dot}
      <span class="offscreen">{t.chat.model}</span>
      <select
        value={known ?? ''}
        title={words}
        onChange={(event) => {
          const value = event.currentTarget.value
          if (value === '') sessionStorage.removeItem(key)
          else sessionStorage.setItem(key, value)
          setWish(value === '' ? undefined : value)
        }}
      >
        <option value="">
          {automatic === null ? t.chat.automatic : `${automatic} (${t.chat.automatic})`}
        </option>
        {talkers.map(({ id }) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </select>
    </label>
  )
}
