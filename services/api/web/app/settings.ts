// What the person set for this browser: language and theme. Kept in localStorage; never anything secret.
import { createStore, type Readable } from './store.ts'

export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]
export const themes = ['auto', 'day', 'night'] as const
export type Theme = (typeof themes)[number]

export interface Settings {
  readonly language: Language
  readonly theme: Theme
}

export interface SettingsStore {
  readonly settings: Readable<Settings>
  readonly change: (change: Partial<Settings>) => void
}

const key = 'hob.settings'

/** The first of the browser's languages that the page speaks; English when there is none. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0]
    const known = languages.find((language) => language === primary)
    if (known !== undefined) return known
  }
  return 'en'
}

export function createSettings(storage: Pick<Storage, 'getItem' | 'setItem'>, wanted: readonly string[]) {
  const stored = read(storage)
  const settings = createStore<Settings>({
    language: languages.find((language) => language === stored.language) ?? preferredLanguage(wanted),
    theme: themes.find((theme) => theme === stored.theme) ?? 'auto',
  })
  let chosen = stored
  return {
    settings,
    change: (change: Partial<Settings>) => {
      settings.update((now) => ({ ...now, ...change }))
      // Only what was chosen is kept, so that the others go on following the browser.
      chosen = { ...chosen, ...change }
      try {
        storage.setItem(key, JSON.stringify(chosen))
      } catch {
        // Storage is full or forbidden: the choice holds until the page is closed.
      }
    },
  } satisfies SettingsStore
}

function read(storage: Pick<Storage, 'getItem'>): { language?: unknown; theme?: unknown } {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
