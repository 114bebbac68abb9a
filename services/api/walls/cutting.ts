// Cuts the answers of a session or token that has ended while they were on their way. Owns the list of answers that are
// open, by the id of their session or token; the live channel sees to its own connections.
import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from '#appliance/ipc/app.ts'
import type { Identity } from '../identity/identity.ts'

/** The request that ends its own session is answered within that time. */
const answeredMs = 1_000

export function cuttingWall({ identity }: { identity: Identity }): MiddlewareHandler<AppEnv> {
  const open = new Map<string, Set<AppEnv['Bindings']['outgoing']>>()

  identity.onEnded(({ id }) => {
    const answers = [...(open.get(id) ?? [])]
    for (const answer of answers) if (answer.headersSent) answer.destroy()
    setTimeout(() => {
      // a closed answer takes no notice
      for (const answer of answers) answer.destroy()
    }, answeredMs).unref()
  })

  return async (c, next) => {
    const { id } = c.get('caller')
    const { outgoing } = c.env
    if (id !== null && c.env.upgrade === undefined) {
      const answers = open.get(id) ?? new Set()
      open.set(id, answers.add(outgoing))
      outgoing.once('close', () => {
        answers.delete(outgoing)
        if (answers.size === 0) open.delete(id)
      })
    }
    await next()
  }
}
