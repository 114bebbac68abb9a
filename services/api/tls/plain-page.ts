// The one page that the box serves without encryption: what its certificate is and how to trust it. Static HTML without
// a script. Pure.
import { html, raw } from 'hono/html'
import type { Fingerprint } from './authority.ts'
import { type Language, type Platform, plainTexts, platforms } from './plain-texts.ts'

export const files: Readonly<Record<Platform, string>> = {
  ios: '/ca.mobileconfig',
  android: '/ca.crt',
  macos: '/ca.crt',
  windows: '/ca.crt',
  linux: '/ca.pem',
}

/** By the browser's own word; null when it says nothing that we know. An iPad calls itself a Mac. */
export function platformOf(userAgent: string): Platform | null {
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ios'
  if (userAgent.includes('Android')) return 'android'
  if (userAgent.includes('Windows')) return 'windows'
  if (userAgent.includes('Macintosh')) return 'macos'
  return /Linux|X11/.test(userAgent) ? 'linux' : null
}

interface PageOptions {
  boxName: string
  fingerprint: Fingerprint
  language: Language
  platform: Platform | null
  /** Where the box answers over TLS. */
  secure: string
}

export function plainPage({
  boxName,
  fingerprint,
  language,
  platform,
  secure,
}: PageOptions): ReturnType<typeof html> {
  const t = plainTexts[language]
  const ordered = [...platforms].sort((a, b) => Number(b === platform) - Number(a === platform))
  const pairs = fingerprint.full.split(':')
  const rows = [0, 8, 16, 24].map((at) => pairs.slice(at, at + 8).join(':'))
  return html`<!doctype html>
<html lang="${t.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${t.title(boxName)}</title>
<link rel="stylesheet" href="/plain.css">
</head>
<body>
<main>
<header>${raw(mark)}<h1>${t.title(boxName)}</h1></header>
<p>${t.intro}</p>
<p class="muted">${t.reach}</p>
<h2>${t.howTo}</h2>
<div class="platforms">${ordered.map(
    (each) => html`
<details class="card"${each === platform ? raw(' open') : ''}>
<summary>${t.names[each]}</summary>
<a class="button primary" href="${files[each]}">${t.download}</a>
<ol>${t.steps[each].map(
      (step) => html`
<li>${step.text}${step.command === undefined ? '' : html`<pre><code>${step.command}</code></pre>`}</li>`,
    )}
</ol>
</details>`,
  )}
</div>
<section class="card">
<h2>${t.fingerprint}</h2>
<p class="fingerprint">${rows.map((row, i) => html`${i === 0 ? '' : raw('<wbr>')}${row}${i < 3 ? ':' : ''}`)}</p>
<p class="muted small">${t.fingerprintHint}</p>
</section>
<a class="button wide" href="${secure}/">${t.proceed}</a>
<p class="muted small">${t.proceedHint}</p>
<p class="muted small">${t.allFiles}: <a href="/ca.pem">ca.pem</a> · <a href="/ca.crt">ca.crt</a> · <a href="/ca.mobileconfig">ca.mobileconfig</a></p>
</main>
</body>
</html>
`
}

/** The box's mark (web/public/favicon.svg), inline: this page asks for nothing but its style. */
const mark = `<svg viewBox="0 0 64 64" width="44" height="44" aria-hidden="true"><rect width="64" height="64" rx="15" fill="#211c18"/><path d="M12 53V30C12 18 21 10 32 10s20 8 20 20v23" fill="none" stroke="#f3ece2" stroke-width="4.5" stroke-linecap="round"/><path d="M8 53h48" stroke="#f3ece2" stroke-width="4.5" stroke-linecap="round"/><path d="M32 22c1 7 9.5 10.5 9.5 18.5C41.5 45.5 37.5 49 32 49s-9.5-3.5-9.5-8.5c0-3.8 2-6.2 3.8-8.3.4 2.3 1.4 3.5 2.7 4.1C28.3 31 29.5 26 32 22z" fill="#ff7a33"/><path d="M32 37c.6 3 4 4.4 4 7.7 0 2.5-1.8 4.3-4 4.3s-4-1.8-4-4.3c0-2.5 2.5-4.2 4-7.7z" fill="#ffd08a"/></svg>`
