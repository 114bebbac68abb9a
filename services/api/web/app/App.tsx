// The frame around every place: where one can go, what lies over it, and how the link is.
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { BoxPlace } from '../box/BoxPlace.tsx'
import { isMachinePart, partName } from '../box/parts.ts'
import { ChatPlace } from '../chat/ChatPlace.tsx'
import { Confirm } from '../door/Confirm.tsx'
import { Gate } from '../door/Gate.tsx'
import { createTranslation } from '../i18n/index.ts'
import { ModelsPlace } from '../models/ModelsPlace.tsx'
import { OverlayHost } from '../ui/Dialog.tsx'
import { Hearth, useFire } from '../ui/Hearth.tsx'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { Lost } from '../ui/Lost.tsx'
import { AppContext, type App as AppParts, TranslationContext, useApp, useTranslation } from './context.ts'
import { LinkBanner } from './LinkBanner.tsx'
import { later } from './later.tsx'
import { MovedBanner } from './MovedBanner.tsx'
import { Palette } from './Palette.tsx'
import { useStore, useValue } from './store.ts'

const MachinePlace = later(async () => (await import('../box/MachinePlace.tsx')).MachinePlace)
const PeoplePlace = later(async () => (await import('../people/PeoplePlace.tsx')).PeoplePlace)

export function App({ app }: { app: AppParts }) {
  const { language, theme } = useValue(app.settings.settings)
  const translation = useMemo(() => createTranslation(language), [language])
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : language
  }, [language])
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }, [theme])
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { door, flow } = app.door.state.get()
      if (door?.person == null || flow !== null) return
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      app.overlays.palette.update((open) => !open)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [app])
  return (
    <AppContext.Provider value={app}>
      <TranslationContext.Provider value={translation}>
        <Gate>
          <Frame />
        </Gate>
        <OverlayHost />
        <Confirm />
      </TranslationContext.Provider>
    </AppContext.Provider>
  )
}

function Frame() {
  const { t } = useTranslation()
  const { overlays, router } = useApp()
  const palette = useValue(overlays.palette)
  const place = useStore(router.route, (route) => `${route.place}/${route.place === 'box' ? route.part : ''}`)
  const content = useRef<HTMLElement>(null)
  const before = useRef(place)
  // Who goes to another place goes on from there, with the keyboard and with a screen reader.
  useEffect(() => {
    if (before.current === place) return
    before.current = place
    if (content.current?.contains(document.activeElement) !== true) content.current?.focus()
  }, [place])
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {t.nav.skip}
      </a>
      <Navigation />
      <main id="content" class="content" tabIndex={-1} ref={content}>
        <LinkBanner />
        <MovedBanner />
        <Place />
      </main>
      {palette && <Palette onClose={() => overlays.palette.set(false)} />}
    </div>
  )
}

function Place() {
  const { router } = useApp()
  const { t } = useTranslation()
  const route = useValue(router.route)
  useEffect(() => {
    if (route.place !== 'chat')
      document.title = `${route.place === 'lost' ? t.lost.title : placeTitle()} · Hob`
    function placeTitle(): string {
      if (route.place === 'models') return t.models.title
      if (route.place === 'box') return route.part === null ? t.box.title : partName(route.part, t)
      return t.chat.list
    }
  }, [route.place, t])
  switch (route.place) {
    case 'chat':
      return <ChatPlace id={route.id} listOnly={false} />
    case 'chats':
      return <ChatPlace id={null} listOnly />
    case 'models':
      return <ModelsPlace />
    case 'box':
      if (route.part === null) return <BoxPlace />
      return isMachinePart(route.part) ? (
        <MachinePlace part={route.part} />
      ) : (
        <PeoplePlace part={route.part} />
      )
    case 'claim':
    case 'join':
      // The gate shows these; whoever is past it goes to the chat.
      return null
    case 'lost':
      return <Lost />
  }
}

function Navigation() {
  const { router, overlays } = useApp()
  const { t } = useTranslation()
  const place = useStore(router.route, (route) => (route.place === 'chats' ? 'chat' : route.place))
  const { fire, words } = useFire()
  const link = (to: 'chat' | 'models' | 'box', icon: IconName) => (
    <a class="nav-link" href={`/${to}`} aria-current={place === to ? 'page' : undefined}>
      <Icon name={icon} size={22} />
      <span>{t.nav[to]}</span>
    </a>
  )
  return (
    <nav class="nav" aria-label={t.nav.label}>
      <a class="nav-hearth" href="/box" aria-label={`Hob: ${words}`} title={words}>
        <Hearth fire={fire} size={36} />
      </a>
      {link('chat', 'chat')}
      {link('models', 'models')}
      {link('box', 'box')}
      <button type="button" class="nav-link nav-search" onClick={() => overlays.palette.set(true)}>
        <Icon name="search" size={22} />
        <span>{t.nav.search}</span>
      </button>
    </nav>
  )
}
