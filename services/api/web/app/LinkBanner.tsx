// Says quietly that the link is gone, keeps out of the way, and offers to try at once.

import { Icon } from '../ui/Icon.tsx'
import { useApp, useTranslation } from './context.ts'
import { useValue } from './store.ts'

export function LinkBanner() {
  const { live } = useApp()
  const { t } = useTranslation()
  const link = useValue(live.link)
  return (
    <div role="status">
      {link === 'lost' && (
        <div class="banner">
          <Icon name="away" />
          <span>{t.link.lost}</span>
          <button type="button" class="button small-button" onClick={live.wake}>
            {t.link.again}
          </button>
        </div>
      )}
    </div>
  )
}
