// Another way to an address: from the router, or fixed, checked while it is typed. Says before it changes anything that
// the change is on trial.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Addressing, Interface } from '#appliance/contracts/host-network.ts'
import { useApp, useTranslation } from '../../app/context.ts'
import { TextField } from '../../door/fields.tsx'
import { Choices } from '../../ui/Choices.tsx'
import { ProblemCard } from '../../ui/ProblemCard.tsx'
import { Select } from '../../ui/Select.tsx'
import { useSending } from '../../ui/sending.tsx'
import { bareAddress, type Draft, faultsOf, maskOf, serversIn } from './ipv4.ts'
import { confirmWithinMs } from './timing.ts'
import type { Trial } from './trial.ts'

interface Props {
  one: Interface
  begun: (trial: Trial) => void
  close: () => void
}

const prefixes = Array.from({ length: 23 }, (_, index) => String(index + 8))
const usualPrefix = 24

export function AddressForm({ one, begun, close }: Props) {
  const { api, overlays } = useApp()
  const { t, format } = useTranslation()
  const [method, setMethod] = useState<Addressing['method']>('static')
  const [draft, setDraft] = useState<Draft>(() => draftOf(one))
  const { busy, problem, send } = useSending()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('input:checked')?.focus(), [])
  const faults = faultsOf(draft)
  const complete = draft.address.trim() !== '' && Object.keys(faults).length === 0
  const ready = !busy && (method === 'automatic' ? one.method !== 'automatic' : complete)
  const change = (part: Partial<Draft>): void => setDraft((now) => ({ ...now, ...part }))

  const apply = async (): Promise<void> => {
    const wanted = method === 'automatic' ? ({ method } as const) : addressingOf(draft)
    const address = wanted.method === 'static' ? bareAddress(wanted.address) : null
    const answer = await overlays.ask({
      title: address === null ? t.lan.askAutomatic : t.lan.askTitle(address),
      text: t.lan.askText(format.span(confirmWithinMs / 1000)),
      action: t.lan.apply,
    })
    if (answer === null) return
    await send(async () => {
      const pending = await api.changeNetwork(one.device, wanted)
      begun({ change: pending, wanted, endsAt: Date.now() + confirmWithinMs })
    })
  }
  return (
    <form
      ref={form}
      class="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready) void apply()
      }}
    >
      <Choices
        label={t.lan.method}
        name={`method-${one.device}`}
        options={[
          ['automatic', t.lan.automatic],
          ['static', t.lan.fixed],
        ]}
        value={method}
        change={setMethod}
      />
      <p class="muted small">{method === 'automatic' ? t.lan.automaticText : t.lan.fixedText}</p>
      {method === 'static' && (
        <>
          <Field name="address" draft={draft} fault={faults.address} change={change} />
          <Select
            label={t.lan.prefix}
            value={String(draft.prefix)}
            options={prefixes.map((prefix) => [
              prefix,
              t.lan.prefixOption(Number(prefix), maskOf(Number(prefix))),
            ])}
            change={(prefix) => change({ prefix: Number(prefix) })}
          />
          <Field name="gateway" draft={draft} fault={faults.gateway} change={change} />
          <Field name="dns" draft={draft} fault={faults.dns} change={change} />
        </>
      )}
      {problem !== null && <ProblemCard problem={problem} />}
      {busy && (
        <p class="muted" role="status">
          {t.lan.asking}
        </p>
      )}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t.common.cancel}
        </button>
        <button type="submit" class="button primary" disabled={!ready}>
          {t.lan.apply}
        </button>
      </div>
    </form>
  )
}

interface FieldProps {
  name: 'address' | 'gateway' | 'dns'
  draft: Draft
  fault: keyof ReturnType<typeof useTranslation>['t']['lan']['wrong'] | undefined
  change: (part: Partial<Draft>) => void
}

function Field({ name, draft, fault, change }: FieldProps) {
  const { t } = useTranslation()
  const help = fault === undefined ? (name === 'dns' ? t.lan.dnsHelp : undefined) : t.lan.wrong[fault]
  return (
    <TextField
      label={t.lan[name]}
      name={`lan-${name}`}
      autocomplete="off"
      maxLength={name === 'dns' ? 200 : 15}
      value={draft[name]}
      change={(value) => change({ [name]: value })}
    >
      {help === undefined ? undefined : <span class={fault === undefined ? undefined : 'bad'}>{help}</span>}
    </TextField>
  )
}

/** What the connection has now, so that only what differs is typed. */
function draftOf({ addresses, gateway, dns }: Interface): Draft {
  const [address = '', prefix] = addresses.find((one) => one.includes('.'))?.split('/') ?? []
  return {
    address,
    prefix: Math.max(8, Math.min(30, Number(prefix ?? usualPrefix))),
    gateway: gateway ?? '',
    dns: dns.join(', '),
  }
}

const addressingOf = ({ address, prefix, gateway, dns }: Draft): Addressing => ({
  method: 'static',
  address: `${address.trim()}/${prefix}`,
  gateway: gateway.trim() === '' ? null : gateway.trim(),
  dns: serversIn(dns),
})
