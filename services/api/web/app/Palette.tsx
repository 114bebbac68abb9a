// One search for everything: places, settings by name, and what was said in conversations (the box searches those).
import { useEffect, useRef, useState } from 'preact/hooks'
import type { SearchHit } from '#appliance/contracts/box.ts'
import { partName } from '../box/parts.ts'
import { Snippet } from '../chat/Snippet.tsx'
import { useSearch } from '../chat/search.ts'
import { mayOpen, useMay, usePerson } from '../door/may.ts'
import { en } from '../i18n/en.ts'
import { zh } from '../i18n/zh.ts'
import { Modal } from '../ui/Dialog.tsx'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { useApp, useTranslation } from './context.ts'
import { boxParts, chatPath } from './router.ts'
import { languages, themes } from './settings.ts'
import { useValue } from './store.ts'

interface Entry {
  readonly group: string
  readonly label: string
  readonly icon: IconName
  readonly hit?: SearchHit
  readonly current?: boolean
  readonly run: () => void
}

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const { hits } = useSearch(words)
  const entries = [...useCommands(words), ...useHits(hits)]
  const chosen = Math.min(at, entries.length - 1)

  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [chosen])

  const open = (entry: Entry | undefined): void => {
    if (entry === undefined) return
    onClose()
    entry.run()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return
    if (event.key === 'Enter') {
      event.preventDefault()
      open(entries[chosen])
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0 || entries.length === 0) return
    event.preventDefault()
    setAt((chosen + step + entries.length) % entries.length)
  }

  return (
    <Modal label={t.palette.title} class="palette" onClose={onClose}>
      <div class="palette-input">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={entries.length > 0 ? `palette-${chosen}` : undefined}
          aria-label={t.palette.title}
          placeholder={t.palette.placeholder}
          autocomplete="off"
          value={words}
          onInput={(event) => {
            setWords(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
        />
        <button type="button" class="icon-button" aria-label={t.common.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div class="palette-list" id="palette-list" role="listbox" aria-label={t.palette.title} ref={list}>
        {entries.map((entry, index) => (
          <div key={`${entry.group}-${index}`} role="presentation">
            {entries[index - 1]?.group !== entry.group && (
              <div class="palette-group" role="presentation">
                {entry.group}
              </div>
            )}
            <div
              id={`palette-${index}`}
              role="option"
              class="palette-entry"
              aria-selected={index === chosen}
              onPointerMove={() => setAt(index)}
              onClick={() => open(entry)}
            >
              <Icon name={entry.icon} size={18} />
              <span class="palette-label">
                {entry.label}
                {entry.hit !== undefined && <Snippet text={entry.hit.snippet} />}
              </span>
              {entry.current === true && <Icon name="done" size={18} />}
            </div>
          </div>
        ))}
      </div>
      {entries.length === 0 && <p class="muted palette-nothing">{t.palette.nothing}</p>}
      <p class="muted small palette-keys">{t.palette.keys}</p>
    </Modal>
  )
}

function useHits(hits: readonly SearchHit[] | null): Entry[] {
  const { router } = useApp()
  const { t } = useTranslation()
  return (hits ?? []).map((hit) => ({
    group: t.palette.conversations,
    label: hit.conversation.title === '' ? t.chat.untitled : hit.conversation.title,
    icon: 'chat',
    hit,
    run: () => router.go(chatPath(hit.conversation.id)),
  }))
}

function useCommands(words: string): Entry[] {
  const { router, settings } = useApp()
  const { t } = useTranslation()
  const person = usePerson()
  const owns = useMay('box')
  const now = useValue(settings.settings)
  const place = (label: string, icon: IconName, path: string): Entry => ({
    group: t.palette.places,
    label,
    icon,
    run: () => router.go(path),
  })
  const names = { en: en.name, zh: zh.name }
  const all: Entry[] = [
    place(t.chat.new, 'plus', '/chat'),
    place(t.chat.list, 'list', '/chats'),
    place(t.nav.models, 'models', '/models'),
    place(t.nav.box, 'box', '/box'),
    ...boxParts
      .filter((part) => person !== null && mayOpen(person.role, part))
      .map((part) => place(`${t.nav.box}: ${partName(part, t)}`, 'box', `/box/${part}`)),
    ...(owns ? [t.names.title, t.certificate.title] : []).map((title) =>
      place(`${t.nav.box}: ${title}`, 'box', '/box'),
    ),
    ...themes.map(
      (theme): Entry => ({
        group: t.palette.settings,
        label: `${t.settings.theme}: ${t.settings.themes[theme]}`,
        icon: 'theme',
        current: now.theme === theme,
        run: () => settings.change({ theme }),
      }),
    ),
    ...languages.map(
      (language): Entry => ({
        group: t.palette.settings,
        // Somebody who reads only the other language must be able to find the way back.
        label: `${t.settings.language}: ${names[language]}`,
        icon: 'language',
        current: now.language === language,
        run: () => settings.change({ language }),
      }),
    ),
  ]
  const wanted = words.trim().toLocaleLowerCase()
  return all.filter(({ label }) => label.toLocaleLowerCase().includes(wanted))
}
