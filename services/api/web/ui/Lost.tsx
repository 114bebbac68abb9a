// An address at which there is nothing, or nothing for this person.
import { useTranslation } from '../app/context.ts'
import { Hearth } from './Hearth.tsx'

export function Lost() {
  const { t } = useTranslation()
  return (
    <div class="page empty-page">
      <Hearth fire="none" size={72} />
      <h1>{t.lost.title}</h1>
      <p class="muted">{t.lost.text}</p>
      <a class="button primary" href="/chat">
        {t.lost.home}
      </a>
    </div>
  )
}
