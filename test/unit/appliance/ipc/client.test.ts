// The client of a service's socket, where the service closes what was kept open.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { localOwner } from '#appliance/contracts/principal.ts'
import { createClient } from '#appliance/ipc/client.ts'

const caller = { principal: localOwner('socket') }

describe('a kept connection', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hob-ipc-'))
  const socketPath = join(folder, 'socket')
  const bodies: string[] = []
  const server = createServer((request, response) => {
    request.setEncoding('utf8')
    request.on('data', (body: string) => bodies.push(body))
    request.on('end', () => response.end('ok'))
  })

  afterEach(() => {
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  })

  it('that the service closed in the same moment costs nobody their request', async () => {
    await once(server.listen(socketPath), 'listening')
    const client = createClient({ service: 'models', socketPath })
    const say = async (body: string): Promise<string> => text(await client.open('POST', '/', body, caller))
    expect(await say('one')).toBe('ok')
    // the connection is free once its answer was read
    await new Promise((resolve) => setImmediate(resolve))
    server.closeIdleConnections()
    expect(await say('two')).toBe('ok')
    expect(bodies).toEqual(['one', 'two'])
    client.close()
  })
})
