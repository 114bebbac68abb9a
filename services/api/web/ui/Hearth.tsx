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
  const engine = useEngine()
  const translation = useTranslation()
  const link = useValue(useApp().live.link)
  const fire = link === 'lost' ? 'away' : fireOf(engine)
  return { fire, words: fireWords(fire, engine, translation) }
}

export function Hearth({ fire, size = 32 }: { fire: Fire; size?: number }) {
  return (
    <svg class={`hearth hearth-${fire}`} width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      <path class="hearth-stone" d="M12 54V30C12 18 21 10 32 10s20 8 20 20v24M7 54h50" />
      <path
        class="hearth-fire"
        d="M32 22c1 7 9.500 10.500 9.500 18.500C41.500 45.500 37.500 49 32 49s-9.500-3.500-9.500-8.500c0-3.800 2-6.200 3.800-8.300.4 2.300 1.400 3.500 2.700 4.100C28.300 31 29.500 26 32 22z"
      />
      <path class="hearth-heart" d="M32 37c.6 3 4 4.400 4 7.700 0 2.500-1.800 4.300-4 4.300s-4-1.800-4-4.300c0-2.500 2.500-4.200 4-7.700z" />
    </svg>
  )
}
