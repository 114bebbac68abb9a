// Ten codes that are shown this one time; they can be kept as a file, too.
import { useTranslation } from '../app/context.ts'
import { ShownOnce } from '../ui/ShownOnce.tsx'
import { save } from '../ui/save.ts'

interface Props {
  codes: readonly string[]
  box: string
  person: string
  done: () => void
}

export function RecoveryCodes({ codes, box, person, done }: Props) {
  const { t, format } = useTranslation()
  const heading = t.codes.heading(box, person)
  const file = [heading, format.dateTime(new Date().toISOString()), '', ...codes, '', t.codes.text, ''].join(
    '\r\n',
  )
  const download = (
    <button
      type="button"
      class="button"
      onClick={() => save(new Blob([file], { type: 'text/plain' }), t.codes.file)}
    >
      {t.codes.download}
    </button>
  )
  return (
    <ShownOnce
      text={t.codes.text}
      secret={codes.join('\n')}
      more={download}
      kept={t.codes.kept}
      next={t.common.next}
      done={done}
    >
      <div class="codes-sheet">
        <p class="codes-heading">{heading}</p>
        <ol class="codes" aria-label={t.codes.title}>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
      </div>
    </ShownOnce>
  )
}
