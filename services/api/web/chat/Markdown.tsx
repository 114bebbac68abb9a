// Shows Markdown. Its renderer comes after the first paint; until then, and should it never come, the text stands plain.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useTranslation } from '../app/context.ts'
import { useCopy } from '../ui/Copy.tsx'
import type { Block, Renderer } from './render.ts'

export function Markdown({ text, growing }: { text: string; growing: boolean }) {
  const { t } = useTranslation()
  const copy = useCopy()
  const [renderer, setRenderer] = useState<Renderer | null>(null)
  const known = useRef<Block[]>([])
  useEffect(() => {
    let current = true
    const load = async (): Promise<void> => {
      const { createRenderer } = await import('./render.ts')
      known.current = []
      if (current)
        setRenderer(createRenderer({ copy: t.common.copy, code: t.chat.code, image: t.chat.image }))
    }
    // the text is shown plain until the renderer is there; the next one that opens asks again
    load().catch(() => undefined)
    return () => {
      current = false
    }
  }, [t])
  const blocks = useMemo(() => {
    if (renderer === null) return null
    known.current = renderer.render(text, known.current)
    return known.current
  }, [renderer, text])

  const onClick = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest('.code-copy') : null
    const code = button?.closest('.code')?.querySelector('pre')?.textContent
    if (typeof code === 'string') void copy(code)
  }
  return (
    <div class={growing ? 'markdown growing' : 'markdown'} onClick={onClick}>
      {blocks === null ? (
        <p class="plain">{text}</p>
      ) : (
        blocks.map((block, index) => <Html key={index} html={block.html} />)
      )}
    </div>
  )
}

/** Equal HTML is left alone: a selection in an earlier paragraph survives while the last one grows. */
function Html({ html }: { html: string }) {
  return <div class="block" dangerouslySetInnerHTML={{ __html: html }} />
}
