// The hearth: Hob's sign, and the one place where the page says at a glance how the model is. Fire burns when it is
// ready, flickers while it answers, glows when it rests, is out when there is none.
import type { EngineState } from '#appliance/contracts/models.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useStore, useValue } from '../app/store.ts'
import type { Translation } from '../i18n/index.ts'

export type Fire = 'none' | 'idle' | 'loading' | 'ready' | 'busy' | 'failed' | 'away'

export function fireOf(engine: EngineState | null): Exclude<Fire, 'away'> {
  if (engine === null) return 'none'
  return engine.state === 'ready' && engine.active > 0 ? 'busy' : engine.state
}

export function fireWords(fire: Fire, engine: EngineState | null, { t, format }: Translation): string {
  if (fire === 'none' || fire === 'away') return t.hearth[fire]
  const model = engine?.model ?? ''
  return fire === 'loading'
    ? t.hearth.loading(model, format.percent(engine?.progress ?? 0))
    : t.hearth[fire](model)
}

/** The same without the model's name, for where that stands already. */
export function fireState(fire: Fire, engine: EngineState | null, { t, format }: Translation): string {
  if (fire === 'none' || fire === 'away') return t.hearth[fire]
  if (fire === 'busy') return t.box.answering
  return fire === 'loading'
    ? t.models.states.loading(format.percent(engine?.progress ?? 0))
    : t.models.states[fire]
}

/** The model that answers by default, as it is now; idle when the box has one that never ran. */
export function useEngine(): EngineState | null {
  const { box } = useApp()
  const models = useStore(box.status, ({ value }) => value?.models ?? null)
  if (models === null || models.defaultModel === null) return null
  return (
    models.engines.find(({ model }) => model === models.defaultModel) ?? {
      model: models.defaultModel,
      state: 'idle',
      plan: null,
      progress: 0,
      detail: null,
      residentBytes: null,
      active: 0,
      waiting: 0,
      tokensPerSecond: null,
      firstTokenMs: null,
    }
  )
}

export function useFire(): { fire: Fire; words: string } {
  const { box, live } = useApp()
  const engine = useEngine()
  const translation = useTranslation()
  const { t } = translation
  const link = useValue(live.link)
  const known = useStore(box.status, ({ value }) => value !== null)
  const served = useStore(box.status, ({ value }) => value?.models != null)
  const fire = link === 'lost' ? 'away' : fireOf(engine)
  // No word of "no model" while nobody could be asked for one.
  if (fire === 'none' && !served)
    return { fire, words: known ? t.hearth.starting : t.common.loading(t.box.loading) }
  return { fire, words: fireWords(fire, engine, translation) }
}

export function Hearth({ fire, size = 32 }: { fire: Fire; size?: number }) {
  return (
    <svg class={`hearth hearth-${fire}`} width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <path class="hearth-stone" d="M12 54V30C12 18 21 10 32 10s20 8 20 20v24M7 54h50" />
      <path
        class="hearth-fire"
        d="M32 22c1 7 9.5 10.5 9.5 18.5C41.5 45.5 37.5 49 32 49s-9.5-3.5-9.5-8.5c0-3.8 2-6.2 3.8-8.3.4 2.3 1.4 3.5 2.7 4.1C28.3 31 29.5 26 32 22z"
      />
      <path
        class="hearth-heart"
        d="M32 37c.6 3 4 4.4 4 7.7 0 2.5-1.8 4.3-4 4.3s-4-1.8-4-4.3c0-2.5 2.5-4.2 4-7.7z"
      />
    </svg>
  )
}
