// From a new box to the first chat: the code on its screen, an account, a name, recovery codes, trust, a model. What was
// typed stays when the box objects to one of the fields, and only that one is asked for again.
import { useEffect, useState } from 'preact/hooks'
import type { Door } from '#appliance/contracts/identity.ts'
import { useApp, useTranslation } from '../app/context.ts'
import type { Problem } from '../app/problem.ts'
import { useValue } from '../app/store.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { type Sending, useSending } from '../ui/sending.tsx'
import { AccountStep, BoxStep, CodeStep } from './claim-steps.tsx'
import { bare, claimCodeLength } from './code.ts'
import { DoorPage, Step } from './DoorPage.tsx'
import { FirstModel } from './FirstModel.tsx'
import { shortestPassword } from './fields.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import { Trust } from './Trust.tsx'

export type ClaimStep = 'code' | 'you' | 'box' | 'codes' | 'trust' | 'model'

export interface ClaimFields {
  readonly code: string
  readonly name: string
  readonly password: string
  readonly boxName: string
}

/** Which step an objection of the box belongs to; null: to where one is. */
function stepOf({ code, param }: Problem): ClaimStep | null {
  if (['claim_code_wrong', 'claim_closed', 'too_many_tries'].includes(code) || param === 'code') return 'code'
  return code === 'password_weak' || param === 'name' || param === 'password' ? 'you' : null
}

const filled = ({ code, name, password }: ClaimFields): boolean =>
  bare(code).length >= claimCodeLength && name.trim() !== '' && password.length >= shortestPassword

export function ClaimWizard({ door }: { door: Door }) {
  const { api, code: fromAddress, door: keeper } = useApp()
  const { t } = useTranslation()
  const scanned = useValue(fromAddress)
  const [step, setStep] = useState<ClaimStep>('code')
  const [fields, setFields] = useState<ClaimFields>({
    code: scanned,
    name: '',
    password: '',
    boxName: door.name,
  })
  const [refused, setRefused] = useState(false)
  const [codes, setCodes] = useState<readonly string[]>([])
  const sending = useSending()
  const { problem } = sending
  useEffect(() => {
    if (scanned !== '') setFields((now) => ({ ...now, code: scanned }))
  }, [scanned])
  useEffect(() => {
    if (problem === null) return
    setStep((now) => stepOf(problem) ?? now)
    // Closed now, or claimed by somebody else meanwhile: the door knows.
    void keeper.ask()
  }, [problem, keeper])

  const change = (part: Partial<ClaimFields>): void => setFields((now) => ({ ...now, ...part }))
  const claim = async (): Promise<void> => {
    keeper.begin('claim')
    const done = await sending.send(async () => {
      const { recoveryCodes } = await api.claim({
        code: bare(fields.code),
        name: fields.name.trim(),
        password: fields.password,
        boxName: fields.boxName.trim(),
      })
      setCodes(recoveryCodes)
    })
    if (!done) {
      setRefused(true)
      keeper.end()
      return
    }
    setStep('codes')
    change({ password: '' })
    await keeper.ask()
  }
  /** Once the box has objected, mending that one field is enough. */
  const next = async (to: ClaimStep): Promise<void> => {
    if (to === 'codes' || (refused && filled(fields))) await claim()
    // a wrong code is told here, not after everything else was typed
    else if (to !== 'you' || (await sending.send(() => api.checkClaimCode(bare(fields.code))))) setStep(to)
  }
  const steps: readonly ClaimStep[] = [
    'code',
    'you',
    'box',
    'codes',
    ...(door.fingerprint === null ? [] : (['trust'] as const)),
    'model',
  ]
  return (
    <DoorPage name={door.claimed ? fields.boxName : door.host} title={t.claim.title}>
      <Path steps={steps} at={step} />
      {door.claim === 'closed' ? (
        <Closed />
      ) : (
        <Current key={step} step={step} {...{ door, fields, change, next, sending, codes, setStep }} />
      )}
    </DoorPage>
  )
}

export interface FieldStepProps {
  fields: ClaimFields
  change: (part: Partial<ClaimFields>) => void
  next: (to: ClaimStep) => Promise<void>
  sending: Sending
  setStep: (to: ClaimStep) => void
}

function Current({
  step,
  door,
  codes,
  ...rest
}: FieldStepProps & { step: ClaimStep; door: Door; codes: readonly string[] }) {
  const { t } = useTranslation()
  const { fields, setStep } = rest
  switch (step) {
    case 'code':
      return <CodeStep {...rest} />
    case 'you':
      return <AccountStep {...rest} />
    case 'box':
      return <BoxStep {...rest} />
    case 'codes':
      return (
        <Step title={t.codes.title}>
          <RecoveryCodes
            codes={codes}
            box={fields.boxName}
            person={fields.name}
            done={() => setStep(door.fingerprint === null ? 'model' : 'trust')}
          />
        </Step>
      )
    case 'trust':
      return (
        <Trust
          fingerprint={door.fingerprint ?? ''}
          plainPort={door.plainPort}
          done={() => setStep('model')}
        />
      )
    case 'model':
      return <FirstModel />
  }
}

/** Where one is, as a row of short lines; in words for who cannot see it. */
function Path({ steps, at }: { steps: readonly ClaimStep[]; at: ClaimStep }) {
  const { t } = useTranslation()
  const now = steps.indexOf(at)
  return (
    <ol class="path" aria-label={t.claim.path}>
      {steps.map((step, index) => (
        <li
          key={step}
          class={index < now ? 'path-done' : index === now ? 'path-now' : undefined}
          aria-current={index === now ? 'step' : undefined}
        >
          <span class="offscreen">{t.claim.steps[step]}</span>
        </li>
      ))}
    </ol>
  )
}

function Closed() {
  const { api, door } = useApp()
  const { t } = useTranslation()
  const { busy, problem, send } = useSending()
  const [still, setStill] = useState(false)
  const look = async (): Promise<void> => {
    setStill(false)
    // the door's keeper keeps quiet about a box that does not answer, as it does while it starts
    if (await send(async () => setStill((await api.door()).claim === 'closed'))) await door.ask()
  }
  return (
    <Step title={t.claim.closed}>
      <p class="door-aside">
        {t.claim.closedText} <code>hob claim --code</code>
      </p>
      {problem !== null && <ProblemCard problem={problem} />}
      {still && <p role="alert">{t.claim.stillClosed}</p>}
      <button type="button" class="button primary wide" disabled={busy} onClick={() => void look()}>
        {busy ? t.common.working : t.claim.restarted}
      </button>
    </Step>
  )
}
