// Every route that the box answers, as one list and as the OpenAPI 3.1 document that /openapi.json serves. Run, it
// prints the document; the committed copy is openapi.json, kept equal by a test.
import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import { auditRoutes } from './audit.ts'
import { boxRoutes } from './box.ts'
import { healthRoutes } from './health.ts'
import { healthCheckRoutes } from './health-checks.ts'
import { hostNetworkRoutes } from './host-network.ts'
import { identityRoutes } from './identity.ts'
import { modelsRoutes } from './models.ts'
import { networkRoutes } from './network.ts'
import { openAiRoutes } from './openai.ts'
import { systemRoutes } from './system.ts'

/** Another service's route as the api passes it on: `/models/state` is `/hob/v1/models/state` outside. */
export const passedOn = <const Route extends RouteConfig>(route: Route, under = '/hob/v1'): Route => ({
  ...route,
  path: `${under}${route.path}`,
})
/** The same of the steward's, which speak of the machine. */
export const ofTheSystem = <const Route extends RouteConfig>(route: Route): Route =>
  passedOn(route, '/hob/v1/system')

export const publicRoutes: readonly RouteConfig[] = [
  ...Object.values(openAiRoutes),
  ...Object.values(boxRoutes),
  ...Object.values(healthRoutes),
  ...Object.values(healthCheckRoutes),
  ...Object.values(networkRoutes),
  ...Object.values(systemRoutes),
  ...Object.values(hostNetworkRoutes).map((route) => createRoute(ofTheSystem<RouteConfig>(route))),
  ...Object.values(identityRoutes),
  ...Object.values(auditRoutes),
  ...Object.values(modelsRoutes).map((route) => createRoute(passedOn<RouteConfig>(route))),
]

export function openApiDocument(version: string): object {
  const app = new OpenAPIHono()
  for (const route of publicRoutes) app.openAPIRegistry.registerPath(route)
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Hob',
      version,
      description:
        'A private AI server. /v1 is OpenAI’s API; /hob/v1 is the box’s own. /hob/v1/live is a WebSocket.',
    },
  })
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(openApiDocument('1'), null, 2)}\n`)
