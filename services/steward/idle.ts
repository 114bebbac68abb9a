// Ends the steward when nobody has asked anything for a minute; its socket, which systemd holds, starts it again. Owns the count of
// running requests.
//
// No request is lost at the border. A connection that comes when this process has stopped listening waits in systemd's socket for the
// next one; one that was accepted before is answered, since closing waits for it; and no connection carries a second request, which
// could meet a process that is about to go.
import type { Server, ServerResponse } from 'node:http'
import type { Clock } from '#appliance/timers/timers.ts'

interface Uses {
  server: Server
  clock: Clock
  leave: (reason: string) => void
  afterMs: number
}

export function leaveWhenIdle({ server, clock, leave, afterMs }: Uses): void {
  let running = 0
  let cancel = (): void => undefined
  const wait = (): void => {
    cancel = clock.at(new Date(clock.now().getTime() + afterMs), () => leave('nobody asks'))
  }
  server.maxRequestsPerSocket = 1
  // before the routes: they may have answered when the next listener is called
  server.prependListener('request', (_, response: ServerResponse) => {
    running++
    cancel()
    response.once('close', () => {
      if (--running === 0) wait()
    })
  })
  wait()
}
