// /reference: every route of the box to read, made from the same document that /openapi.json serves. One static page without a
// script, with a style sheet of its own, so the strict policy of every answer holds for it too. Owns nothing.
import { readFileSync } from 'node:fs'
import { html } from 'hono/html'
import { needKey } from '#appliance/contracts/access.ts'
import {
  type Document,
  type Operation,
  parametersText,
  readDocument,
  typeText,
} from '#appliance/contracts/typescript.ts'
import type { App } from '#appliance/ipc/app.ts'

type Html = ReturnType<typeof html>

export function registerReference(app: App, version: string): void {
  const style = readFileSync(new URL('reference.css', import.meta.url), 'utf8')
  let made: Html | null = null
  // at the first request: few boxes are ever asked for it
  app.get('/reference', (c) => c.html((made ??= page(readDocument(version), version))))
  app.get('/reference.css', (c) => c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }))
}

const byName = (name: string): string => name

function page({ paths, components }: Document, version: string): Html {
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const [openAi, own] = [
    routes.filter(({ path }) => path.startsWith('/v1/')),
    routes.filter(({ path }) => !path.startsWith('/v1/')),
  ]
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Hob ${version}: every route</title>
<link rel="stylesheet" href="/reference.css">
</head>
<body>
<main>
<h1>Every route of this box</h1>
<p>Programs send <code>Authorization: Bearer TOKEN</code>; a token can do what its scopes allow. Errors have a stable
<code>code</code> and a <code>remedy</code>. The same for programs: <a href="/openapi.json">openapi.json</a>; as TypeScript:
<code>hob-client</code>, in the sources under <code>appliance/client</code>.</p>
<h2>OpenAI’s API</h2>
${openAi.map(routeCard)}
<h2>The box’s own</h2>
${own.map(routeCard)}
<details>
<summary><b>GET</b> <code>/hob/v1/live</code> <span>The live channel: a WebSocket</span></summary>
<p>Needs <code>live</code>. Who cannot send headers asks <code>/hob/v1/ticket</code> first and adds <code>?ticket=</code>. The first
message is the hello, and each event after it counts one up; <code>?epoch=&amp;seq=</code> goes on where an earlier connection
ended.</p>
</details>
<details>
<summary><b>GET</b> <code>/metrics</code> <span>Figures for Prometheus</span></summary>
<p>Needs <code>metrics</code>. <code>/healthz</code> and <code>/readyz</code> answer everybody, with one word.</p>
</details>
<h2>Shapes that they share</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) => html`<details>
<summary><code>${name}</code></summary>
<pre>${typeText(schema, byName)}</pre>
</details>
`,
)}
</main>
</body>
</html>`
}

function routeCard({
  path,
  method,
  operation,
}: {
  path: string
  method: string
  operation: Operation
}): Html {
  const { summary, responses, requestBody, [needKey]: need } = operation
  const types = Object.entries(responses).flatMap(([status, { content = {} }]) =>
    status === 'default'
      ? []
      : Object.entries(content).map(([type, { schema }]) => ({ title: `${status}, ${type}`, schema })),
  )
  const body = requestBody?.content['application/json']
  return html`<details>
<summary><b>${method.toUpperCase()}</b> <code>${path}</code> <span>${summary}</span></summary>
<p>${needed(need)}</p>
${block('In the path', parametersText(operation, 'path', byName))}
${block('In the query', parametersText(operation, 'query', byName))}
${block('Body', body === undefined ? null : typeText(body.schema, byName))}
${types.map(({ title, schema }) => block(`Answer: ${title}`, typeText(schema, byName)))}
${types.length === 0 ? html`<p>Answers without a body.</p>` : ''}
</details>
`
}

function needed(need: string): Html {
  if (need === 'nobody') return html`Answers before anyone signed in.`
  if (need === 'unclaimed') return html`Answers while the box has no owner.`
  return html`Needs <code>${need}</code>.`
}

const block = (title: string, text: string | null): Html | string =>
  text === null ? '' : html`<h3>${title}</h3><pre>${text}</pre>`
