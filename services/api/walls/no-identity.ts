// An identity without people, as long as nothing can make any: nobody is let in but through the box's own socket.
import type { Identity } from '../identity/identity.ts'

export const noIdentity = (): Identity => ({
  claimed: () => false,
  bySession: () => null,
  byToken: () => null,
  byTicket: () => Promise.resolve(null),
  onEnded: () => undefined,
  close: () => undefined,
})
