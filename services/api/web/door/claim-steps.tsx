// The three steps of the claim at which something is typed. Enter goes on; what the box objected to stands beneath.
import type { ComponentChildren } from 'preact'
import { useTranslation } from '../app/context.ts'
import type { Problem } from '../app/problem.ts'
import { ProblemCard } from '../ui/ProblemCard.tsx'
import { type Sending, Wait } from '../ui/sending.tsx'
import type { FieldStepProps } from './ClaimWizard.tsx'
import { bare, claimCodeLength } from './code.ts'
import { Step } from './DoorPage.tsx'
import { PasswordField, shortestPassword, TextField } from './fields.tsx'

interface FormProps {
  title: string
  text: string
  action: string
  ready: boolean
  sending: Sending
  submit: () => void
  back?: () => void
  children: ComponentChildren
}

function FormStep({ title, text, action, ready, sending, submit, back, children }: FormProps) {
  const { t } = useTranslation()
  const { busy, problem, wait } = sending
  const may = ready && !busy && wait === 0
  return (
    <Step title={title}>
      <p class="muted">{text}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (may) submit()
        }}
      >
        {children}
        {problem !== null && (
          <ProblemCard problem={problem}>
            <TriesLeft problem={problem} />
            <Wait seconds={wait} />
          </ProblemCard>
        )}
        <button type="submit" class="button primary wide" disabled={!may}>
          {busy ? t.common.working : action}
        </button>
        {back !== undefined && (
          <button type="button" class="link-button" onClick={back}>
            {t.common.back}
          </button>
        )}
      </form>
    </Step>
  )
}

function TriesLeft({ problem: { code, values } }: { problem: Problem }) {
  const { t } = useTranslation()
  const left = values?.['left']
  return code === 'claim_code_wrong' && typeof left === 'number' ? <p>{t.claim.triesLeft(left)}</p> : null
}

export function CodeStep({ fields: { code }, change, next, sending }: FieldStepProps) {
  const { t } = useTranslation()
  const length = bare(code).length
  return (
    <FormStep
      title={t.claim.welcome}
      text={t.claim.codeText}
      action={t.common.next}
      ready={length >= claimCodeLength}
      sending={sending}
      submit={() => void next('you')}
    >
      <TextField
        label={t.claim.code}
        name="code"
        autocomplete="one-time-code"
        code
        maxLength={40}
        value={code}
        change={(value) => change({ code: value })}
      >
        {length > 0 && length < claimCodeLength
          ? t.claim.codeMissing(claimCodeLength - length)
          : t.claim.codeHint}
      </TextField>
      <p class="muted small door-aside">
        {t.claim.atTheBox} <code>hob claim --code</code>
      </p>
    </FormStep>
  )
}

export function AccountStep({ fields, change, next, sending, setStep }: FieldStepProps) {
  const { t } = useTranslation()
  const ready = fields.name.trim() !== '' && fields.password.length >= shortestPassword
  return (
    <FormStep
      title={t.claim.you}
      text={t.claim.youText}
      action={t.common.next}
      ready={ready}
      sending={sending}
      submit={() => void next('box')}
      back={() => setStep('code')}
    >
      <AccountFields {...fields} change={change} />
    </FormStep>
  )
}

interface AccountProps {
  name: string
  password: string
  change: (part: { name?: string; password?: string }) => void
}

export function AccountFields({ name, password, change }: AccountProps) {
  const { t } = useTranslation()
  return (
    <>
      <TextField
        label={t.door.yourName}
        name="username"
        autocomplete="username"
        maxLength={40}
        value={name}
        change={(value) => change({ name: value })}
      />
      <PasswordField
        label={t.door.password}
        fresh
        value={password}
        change={(value) => change({ password: value })}
      />
    </>
  )
}

export function BoxStep({ fields: { boxName }, change, next, sending, setStep }: FieldStepProps) {
  const { t } = useTranslation()
  return (
    <FormStep
      title={t.claim.box}
      text={t.claim.boxText}
      action={t.claim.action}
      ready={boxName.trim() !== ''}
      sending={sending}
      submit={() => void next('codes')}
      back={() => setStep('you')}
    >
      <TextField
        label={t.claim.boxName}
        name="box-name"
        autocomplete="off"
        maxLength={60}
        value={boxName}
        change={(value) => change({ boxName: value })}
      />
    </FormStep>
  )
}
