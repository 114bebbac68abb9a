// DESIGN's invariants three to five, as far as text can show them: no state in modules, no errors outside the
// catalogue, no waiting without a limit.
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { publicRoutes } from '#appliance/contracts/openapi.ts'
import { errorCatalogue } from '#appliance/errors.ts'
import { read, sources } from './tree.ts'

const programs = sources.filter((file) => file.endsWith('.ts') || file.endsWith('.tsx'))

const linesOf = (file: string): { file: string; line: number; text: string }[] =>
  read(file)
    .split('\n')
    .map((text, index) => ({ file, line: index + 1, text }))

const found = (pattern: RegExp, among: readonly string[]): string[] =>
  among
    .flatMap((file) => linesOf(file))
    .filter(({ text }) => pattern.test(text) && !/^\s*(\/\/|\*|\/\*)/.test(text))
    .map(({ file, line, text }) => `${file}:${line}: ${text.trim()}`)

describe('no state in modules', () => {
  test('nothing at the top of a module can change', () => {
    expect(found(/^(export )?(let|var) /, programs)).toEqual([])
  })

  test('no collection at the top of a module is open to writing', () => {
    const collection =
      /^(export )?const \w+(: [^=]+)? = (new (Map|WeakMap|WeakSet|Array)\b|\[\]|\{\}|new Set\(\))/
    expect(found(collection, programs).filter((hit) => !/Readonly(Map|Set)/.test(hit))).toEqual([])
  })
})

describe('errors', () => {
  test('none is thrown outside the catalogue', () => {
    expect(found(/throw new Error\(/, programs)).toEqual([])
  })

  test('every code of the catalogue is used, has a message and a remedy', () => {
    const all = programs
      .filter((file) => file !== 'appliance/error-catalogue.ts' && !file.startsWith('services/api/web/'))
      .map(read)
      .join('\n')
    const codes = Object.keys(errorCatalogue)
    expect(codes.filter((code) => !all.includes(`'${code}'`))).toEqual([])
    for (const [code, entry] of Object.entries(errorCatalogue)) {
      expect(entry.message.length, code).toBeGreaterThan(5)
      expect(entry.remedy.length, code).toBeGreaterThan(5)
      expect(entry.status, code).toBeGreaterThanOrEqual(400)
    }
  })

  test('none is swallowed without a word of why', () => {
    const silent = programs.flatMap((file) =>
      [...read(file).matchAll(/catch(?: \(\w+\))? \{\s*\}/g)].map((match) => `${file}: ${match[0]}`),
    )
    expect(silent).toEqual([])
  })
})

describe('everything that waits has a limit', () => {
  test('what goes out goes through appliance/net', () => {
    // asks the box's own addresses and nobody else
    const own = 'services/api/health/ask-own.ts'
    const outside = programs.filter(
      (file) => file !== own && !/^(appliance\/net|services\/api\/web|benchmarks)\//.test(file),
    )
    expect(
      found(/(^|[^.\w])fetch\(|from 'node:https'/, outside).filter(
        (hit) => !/fetch\(request|: \(|fetch:/.test(hit),
      ),
    ).toEqual([])
  })

  test('what recurs goes through appliance/timers, but for the heartbeats of connections and of a process', () => {
    const heartbeats = [
      'services/api/live/routes.ts',
      'services/models/engine/child-link.ts',
      'appliance/ipc/lifecycle.ts',
    ]
    const outside = programs.filter(
      (file) => !/^(appliance\/timers|services\/api\/web)\//.test(file) && !heartbeats.includes(file),
    )
    expect(found(/setInterval\(/, outside)).toEqual([])
  })

  test('no list in a request is without a bound', () => {
    const open: string[] = []
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return
      if ('type' in schema && schema.type === 'array' && !('maxItems' in schema) && 'items' in schema)
        open.push(path)
      for (const [key, value] of Object.entries(schema)) walk(value, `${path}.${key}`)
    }
    for (const route of publicRoutes) {
      const media = route.request?.body?.content['application/json']
      if (media === undefined || !('schema' in media) || !(media.schema instanceof z.ZodType)) continue
      walk(
        z.toJSONSchema(media.schema, { io: 'input', unrepresentable: 'any' }),
        `${route.method} ${route.path}`,
      )
    }
    expect(open).toEqual([])
  })
})
