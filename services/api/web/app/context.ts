// What main.tsx wires together, handed to components. Nothing here is global: a test can build its own.
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Chat } from '../chat/chat.ts'
import type { DoorKeeper } from '../door/door.ts'
import { createTranslation, type Translation } from '../i18n/index.ts'
import type { Overlays } from '../ui/overlays.ts'
import type { Api } from './api.ts'
import type { BoxState } from './box.ts'
import type { Live } from './live.ts'
import type { Router } from './router.ts'
import type { SettingsStore } from './settings.ts'
import type { Readable } from './store.ts'

export interface App {
  readonly api: Api
  readonly box: BoxState
  readonly chat: Chat
  readonly door: DoorKeeper
  readonly live: Live
  readonly router: Router
  readonly settings: SettingsStore
  readonly overlays: Overlays
  /** The code of a claim or an invitation that stood in the address. */
  readonly code: Readable<string>
}

export const AppContext = createContext<App | null>(null)
export const TranslationContext = createContext<Translation>(createTranslation('en'))

export function useApp(): App {
  const app = useContext(AppContext)
  if (app === null) throw new TypeError('no AppContext around this component')
  return app
}

export const useTranslation = (): Translation => useContext(TranslationContext)
