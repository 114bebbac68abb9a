// Markdown to HTML that is safe to show, block by block. Two walls: HTML in the text is escaped before it becomes
// HTML at all, and DOMPurify lets only the few tags through that Markdown makes. Nothing in an answer loads anything:
// a picture becomes a link. Loaded after the first paint (the largest part of the script).
import DOMPurify from 'dompurify'
import { Marked, type Token } from 'marked'

export interface Labels {
  readonly copy: string
  readonly code: string
  readonly image: string
}

export interface Block {
  /** The Markdown of this block: equal text, equal HTML. */
  readonly raw: string
  readonly html: string
}

const tags =
  'p br hr h2 h3 h4 h5 h6 strong em del a code pre blockquote ul ol li input table thead tbody tr th td div span button'.split(
    ' ',
  )
const attributes = [
  'href',
  'rel',
  'target',
  'title',
  'class',
  'type',
  'checked',
  'disabled',
  'start',
  'align',
  'tabindex',
]

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Only what opens a page or a letter; never a script, a file or the box's own routes under another name. */
const safeHref = (href: string): string | null => (/^(https?:\/\/|mailto:)[^\s]/i.test(href) ? href : null)

const anchor = (href: string, inner: string): string => {
  const safe = safeHref(href)
  if (safe === null) return inner
  const target = escape(safe)
  return `<a href="${target}" title="${target}" target="_blank" rel="noopener noreferrer nofollow">${inner}</a>`
}

export function createRenderer(labels: Labels) {
  const marked = new Marked({ gfm: true, breaks: true })
  marked.use({
    renderer: {
      html: ({ text }) => (/^<br\s*\/?>$/i.test(text.trim()) ? '<br>' : escape(text)),
      image: ({ href, text }) =>
        `<span class="picture">${escape(labels.image)}: ${anchor(href, escape(text === '' ? href : text))}</span>`,
      link({ href, tokens }) {
        return anchor(href, this.parser.parseInline(tokens))
      },
      heading({ tokens, depth }) {
        // The page's own heading is the first; an answer begins below it.
        const level = Math.min(6, depth + 1)
        return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`
      },
      code: ({ text, lang }) => {
        const language = escape((lang ?? '').split(/\s/)[0] ?? '')
        return (
          `<div class="code"><div class="code-head"><span>${language === '' ? escape(labels.code) : language}</span>` +
          `<button type="button" class="code-copy">${escape(labels.copy)}</button></div>` +
          `<pre tabindex="0"><code>${escape(text)}</code></pre></div>`
        )
      },
      table({ header, rows }) {
        const cell = (tag: string) => (one: { tokens: Token[]; align: string | null }) =>
          `<${tag}${one.align === null ? '' : ` align="${one.align}"`}>${this.parser.parseInline(one.tokens)}</${tag}>`
        const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('')
        return (
          `<div class="table" tabindex="0"><table><thead><tr>${header.map(cell('th')).join('')}</tr></thead>` +
          `<tbody>${body}</tbody></table></div>`
        )
      },
    },
  })
  const clean = (html: string): string =>
    DOMPurify.sanitize(html, { ALLOWED_TAGS: tags, ALLOWED_ATTR: attributes, ALLOW_DATA_ATTR: false })

  return {
    /** Blocks that `known` already holds are taken over: while an answer grows, only its last block is made anew. */
    render: (markdown: string, known: readonly Block[]): Block[] => {
      const tokens = marked.lexer(markdown)
      return tokens
        .filter(({ type }) => type !== 'space')
        .map((token, index) => {
          const before = known[index]
          return before?.raw === token.raw
            ? before
            : { raw: token.raw, html: clean(marked.parser([token], marked.defaults)) }
        })
    },
  }
}

export type Renderer = ReturnType<typeof createRenderer>
