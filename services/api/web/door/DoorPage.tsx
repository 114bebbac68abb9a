// The frame of everything that is shown before one is in: the hearth, the box's name, and the way to the other language.
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { useApp, useTranslation } from '../app/context.ts'
import { languages } from '../app/settings.ts'
import { en } from '../i18n/en.ts'
import { zh } from '../i18n/zh.ts'
import { type Fire, Hearth } from '../ui/Hearth.tsx'

interface Props {
  /** What the box is called; empty while it is not known. */
  name: string
  title: string
  fire?: Fire
  children: ComponentChildren
}

export function DoorPage({ name, title, fire = 'ready', children }: Props) {
  useEffect(() => {
    const before = document.title
    document.title = `${title} · Hob`
    // What lies beneath set its own before.
    return () => {
      document.title = before
    }
  }, [title])
  return (
    <main class="door">
      <div class="door-column">
        <header class="door-head">
          <Hearth fire={fire} size={56} />
          {name !== '' && <p class="muted">{name}</p>}
        </header>
        {children}
        <Languages />
      </div>
    </main>
  )
}

function Languages() {
  const { settings } = useApp()
  const { language } = useTranslation()
  const names = { en: en.name, zh: zh.name }
  // Each in its own words, so that whoever reads only that one finds it.
  return (
    <footer class="door-foot">
      {languages
        .filter((one) => one !== language)
        .map((one) => (
          <button
            key={one}
            type="button"
            class="link-button"
            lang={one === 'zh' ? 'zh-Hans' : one}
            onClick={() => settings.change({ language: one })}
          >
            {names[one]}
          </button>
        ))}
    </footer>
  )
}

interface StepProps {
  title: string
  children: ComponentChildren
}

/** A part of a door page that comes after another: the focus goes to its first field, else to its title. */
export function Step({ title, children }: StepProps) {
  const root = useRef<HTMLDivElement>(null)
  // in the frame that shows it: what is typed at once is not lost
  useLayoutEffect(() => {
    const fields = [...(root.current?.querySelectorAll('input') ?? [])]
    const first =
      fields.find(({ value, type }) => value === '' && type !== 'checkbox') ??
      fields.find(({ type }) => type !== 'checkbox')
    const target = first ?? root.current?.querySelector('h1')
    target?.focus()
  }, [])
  return (
    <div class="door-step" ref={root}>
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </div>
  )
}
