// Every route that a running box says it has, and what it has beside them, as requests that an attacker can make.
import { expect } from 'vitest'
import { z } from 'zod'
import { needKey } from '#appliance/contracts/access.ts'
import { ask, type Target } from './box.ts'

export interface Route {
  readonly method: string
  readonly path: string
  /** The right, or nobody. */
  readonly need: string
}

const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ [needKey]: z.string() }))),
})

export async function everyRoute({ port }: Target): Promise<Route[]> {
  const { text } = await ask(port, { method: 'GET', path: '/openapi.json' })
  const { paths } = documentSchema.parse(JSON.parse(text))
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { [needKey]: need = '' }]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, 'x'),
      need,
    })),
  )
  expect(routes.length).toBeGreaterThan(50)
  const open = ['/healthz', '/readyz', '/openapi.json', '/', '/app.js', '/none']
  return [
    ...routes,
    { method: 'GET', path: '/metrics', need: 'metrics' },
    { method: 'GET', path: '/hob/v1/live', need: 'live' },
    ...open.map((path) => ({ method: 'GET', path, need: 'nobody' })),
  ]
}

export const routeOf = ({ method, path }: Route): string => `${method} ${path}`
