// Another time zone for the box: found by typing, or taken from this device.
import { useEffect, useId, useState } from 'preact/hooks'
import { useApp, useTranslation } from '../../app/context.ts'
import { useResource } from '../../app/resource.ts'
import { ProblemCard } from '../../ui/ProblemCard.tsx'
import { Shown } from '../../ui/Section.tsx'
import { useSending } from '../../ui/sending.tsx'

export function ZoneForm({ zone, close }: { zone: string; close: () => void }) {
  const { api } = useApp()
  const { t } = useTranslation()
  const zones = useResource(api.timeZones)
  return (
    <Shown resource={zones} what={t.system.zonesLoading}>
      {(all) => <Form zone={zone} zones={all} close={close} />}
    </Shown>
  )
}

interface FormProps {
  zone: string
  zones: readonly string[]
  close: () => void
}

function Form({ zone, zones, close }: FormProps) {
  const { api, overlays } = useApp()
  const { t } = useTranslation()
  const id = useId()
  const [typed, setTyped] = useState('')
  const { busy, problem, send } = useSending()
  useEffect(() => document.getElementById(id)?.focus(), [id])
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const wanted = zones.find((one) => one.toLowerCase() === typed.trim().toLowerCase().replaceAll(' ', '_'))
  const unknown = typed !== '' && wanted === undefined
  const set = async (timeZone: string): Promise<void> => {
    if (!(await send(() => api.setTimeZone(timeZone)))) return
    overlays.tell(t.system.zoneDone(timeZone))
    close()
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (wanted !== undefined && !busy) void set(wanted)
      }}
    >
      <div class="field">
        <label class="field-label" for={id}>
          {t.system.zoneTitle}
        </label>
        <input
          id={id}
          list={`${id}-zones`}
          autocomplete="off"
          spellcheck={false}
          placeholder={zone}
          aria-describedby={`${id}-help`}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <datalist id={`${id}-zones`}>
          {zones.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        <p class="muted small" id={`${id}-help`}>
          {unknown ? t.system.zoneUnknown : t.system.zoneText}
        </p>
      </div>
      {problem !== null && <ProblemCard problem={problem} />}
      {here !== zone && zones.includes(here) && (
        <button type="button" class="button" disabled={busy} onClick={() => void set(here)}>
          {t.system.zoneHere(here)}
        </button>
      )}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t.common.cancel}
        </button>
        <button type="submit" class="button primary" disabled={wanted === undefined || busy}>
          {t.common.save}
        </button>
      </div>
    </form>
  )
}
