// Says that the box has another address now, to a page that came by the old one, and leads there.
import { Icon } from '../ui/Icon.tsx'
import { addressAt } from './box.ts'
import { useApp, useTranslation } from './context.ts'
import { useValue } from './store.ts'

export function MovedBanner() {
  const { box } = useApp()
  const { t } = useTranslation()
  const host = useValue(box.moved)
  return (
    <div role="status">
      {host !== null && (
        <div class="banner">
          <Icon name="info" />
          <span>{t.names.moved}</span>
          <a class="button small-button" href={`${addressAt(host)}/`}>
            {host}
          </a>
        </div>
      )}
    </div>
  )
}
