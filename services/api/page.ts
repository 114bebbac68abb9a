// Serves the built page: hashed files for ever, index.html for every place's address, compressed when first asked for and kept in
// memory (it is small). Knows nothing of what the page does.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { App } from '#appliance/ipc/app.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

interface StaticFile {
  type: string
  plain: Buffer
  gzip: () => Promise<Buffer>
  brotli: () => Promise<Buffer>
  immutable: boolean
}

const toGzip = promisify(gzip)
const toBrotli = promisify(brotliCompress)
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }

/** Places of the page (PAGE.md): each address can be opened directly. */
const places =
  /^\/(chat(\/[\w-]{1,64})?|chats|models|box(\/(me|people|programs|audit|system|network|power|logs|support))?|claim|join|sign-in)?$/

export function registerPage(app: App, { folder }: { folder: string }): void {
  const files = readAll(folder)
  app.get('*', async (c, next) => {
    const path = c.req.path
    const file = files.get(places.test(path) ? '/index.html' : path)
    if (file === undefined) return await next()
    const accepted = c.req.header('accept-encoding') ?? ''
    const [encoding, body] = /\bbr\b/.test(accepted)
      ? ['br', await file.brotli()]
      : /\bgzip\b/.test(accepted)
        ? ['gzip', await file.gzip()]
        : [null, file.plain]
    if (encoding !== null) c.header('content-encoding', encoding)
    c.header('vary', 'accept-encoding')
    c.header('content-type', file.type)
    c.header('cache-control', file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache')
    return c.body(new Uint8Array(body))
  })
}

function readAll(folder: string): Map<string, StaticFile> {
  if (!existsSync(folder)) return new Map()
  return new Map(
    filesIn(folder).flatMap((file): [string, StaticFile][] => {
      const type = types[extname(file)]
      if (type === undefined) return []
      const plain = readFileSync(file)
      // all of it at the start would keep the page away for a second
      const brotli = once(() => toBrotli(plain, brotliOptions))
      const immutable = file.includes('/assets/')
      return [
        [`/${relative(folder, file)}`, { type, plain, brotli, gzip: once(() => toGzip(plain)), immutable }],
      ]
    }),
  )
}

/** Its own: no link is followed, which `readdirSync`'s `recursive` does. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesIn(path)
    return entry.isFile() ? [path] : []
  })

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null
  return () => (made ??= make())
}
