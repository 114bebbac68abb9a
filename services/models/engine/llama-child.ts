// The process that holds one model: forked by child-engine.ts, thrown away after use. Answers the messages of
// protocol.ts. Ends when its parent does, whatever it is in the middle of; leaves Ctrl-C to its parent. It opens no
// socket and listens on none.
import { createLog } from '#appliance/log.ts'
import { createChild } from './llama/child.ts'
import type { FromChild } from './protocol.ts'

const log = createLog({
  service: 'llama',
  level: 'debug',
  write: (line) => {
    const { level, message, time: _time, service: _service, ...fields } = JSON.parse(line)
    say({ type: 'log', level, message, fields })
  },
})

function say(message: FromChild): void {
  if (process.connected) process.send?.(message)
}

process.on('SIGINT', () => {})
// Not exit(): that waits for native threads that are in the middle of a computation.
// With all that it has started: it leads its process group.
process.on('disconnect', () => process.kill(-process.pid, 'SIGKILL'))

process.on('message', createChild({ say, log, exit: () => process.exit(0) }))
