// What is on the box: each model with how it is, and what one can do with it.
import type { EngineState, InstalledModel } from '#appliance/contracts/models.ts'
import { useApp, useTranslation } from '../app/context.ts'
import { useStore } from '../app/store.ts'
import { useAttempt } from '../chat/actions.ts'
import { useMay } from '../door/may.ts'
import { Section, Shown } from '../ui/Section.tsx'

export function InstalledModels() {
  const { box } = useApp()
  const { t } = useTranslation()
  const manages = useMay('models:manage')
  return (
    <Section id="installed" title={t.models.installed}>
      <Shown resource={box.installed} what={t.models.loading}>
        {({ models, rejected }) => (
          <>
            {models.length === 0 && <p class="muted">{manages ? t.models.none : t.chat.noModel}</p>}
            <ul class="rows">
              {models.map((model) => (
                <Row key={model.id} model={model} />
              ))}
            </ul>
            {rejected.length > 0 && (
              <details class="rejected">
                <summary>{t.models.rejected}</summary>
                <dl class="facts small">
                  {rejected.map(({ file, reason }) => (
                    <div key={file}>
                      <dt>{file}</dt>
                      <dd>{reason}</dd>
                    </div>
                  ))}
                </dl>
              </details>
            )}
          </>
        )}
      </Shown>
    </Section>
  )
}

function Row({ model }: { model: InstalledModel }) {
  const { box } = useApp()
  const { t, format } = useTranslation()
  const manages = useMay('models:manage')
  const automatic = useStore(box.status, ({ value }) => value?.models?.defaultModel === model.id)
  const engine = useStore(
    box.status,
    ({ value }) => value?.models?.engines.find((one) => one.model === model.id) ?? null,
  )
  const facts = [
    t.models.kinds[model.kind],
    t.models.parameters(format.parameters(model.parameters)),
    model.quantization,
    format.file(model.fileBytes),
  ]
  return (
    <li class="row">
      <div class="row-text">
        <p class="row-title">
          {model.id}
          {automatic && <span class="tag tag-alive">{t.models.default}</span>}
          {model.starter && <span class="tag">{t.models.starter}</span>}
        </p>
        <p class="muted small">{facts.join(' · ')}</p>
        {model.starter && <p class="muted small">{t.models.starterText}</p>}
        <State engine={engine} />
      </div>
      {manages && <Actions model={model} engine={engine} />}
    </li>
  )
}

function State({ engine }: { engine: EngineState | null }) {
  const { t, format } = useTranslation()
  const state = engine?.state ?? 'idle'
  const share = format.percent(engine?.progress ?? 0)
  return (
    <p class="small state">
      <span class={`dot dot-${state}`} aria-hidden="true" />
      <span>
        {state === 'loading' ? t.models.states.loading(share) : t.models.states[state]}
        {state === 'ready' && engine?.residentBytes != null && ` · ${format.memory(engine.residentBytes)}`}
        {state === 'failed' && engine?.detail != null && `: ${engine.detail}`}
      </span>
      {state === 'loading' && (
        <progress max={1} value={engine?.progress ?? 0} aria-label={t.models.states.loading(share)} />
      )}
    </p>
  )
}

function Actions({ model, engine }: { model: InstalledModel; engine: EngineState | null }) {
  const { api, box, overlays } = useApp()
  const { t, format } = useTranslation()
  const attempt = useAttempt()
  const running = engine?.state === 'ready' || engine?.state === 'loading'
  const remove = async (): Promise<void> => {
    const answer = await overlays.ask({
      title: t.models.removeTitle(model.id),
      text: t.models.removeText(model.file, format.file(model.fileBytes)),
      action: t.models.remove,
      destroys: true,
    })
    if (answer === null || !(await attempt(() => api.removeModel(model.id)))) return
    overlays.tell(t.models.removed(model.id))
    box.refreshModels()
  }
  const change = async (): Promise<void> => {
    await attempt(async () =>
      box.putEngine(await (running ? api.unloadModel(model.id) : api.loadModel(model.id))),
    )
  }
  return (
    <div class="actions">
      <button
        type="button"
        class="button"
        aria-label={`${running ? t.models.unload : t.models.load}: ${model.id}`}
        onClick={() => void change()}
      >
        {running ? t.models.unload : t.models.load}
      </button>
      {!model.starter && (
        <button
          type="button"
          class="button"
          aria-label={`${t.models.remove}: ${model.id}`}
          onClick={() => void remove()}
        >
          {t.models.remove}
        </button>
      )}
    </div>
  )
}
