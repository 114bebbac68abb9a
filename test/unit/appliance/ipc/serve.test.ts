// A service's server on its Unix socket, and the client of the others, over a real socket.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { localOwner } from '#appliance/contracts/principal.ts'
import { createClient, readAnswer } from '#appliance/ipc/client.ts'
import { serveSocket, socketPath } from '#appliance/ipc/serve.ts'

test('an idle connection is ended by the client alone, so that no request meets one that has just been ended', async () => {
  const runDir = mkdtempSync(join(tmpdir(), 'hob-ipc-'))
  const fetch = (): Response => Response.json({})
  const running = await serveSocket({ service: 'models', runDir, fetch })
  const client = createClient({ service: 'models', socketPath: socketPath(runDir, 'models') })
  onTestFinished(async () => {
    client.close()
    await running.close(AbortSignal.abort())
    rmSync(runDir, { recursive: true })
  })
  const answer = await client.open('GET', '/', null, { principal: localOwner('service') })
  expect(String(await readAnswer(answer, 'models'))).toBe('{}')
  expect(answer.headers.connection).toBe('keep-alive')
  // Node tells here after how many seconds it would end the connection
  expect(answer.headers['keep-alive']).toBeUndefined()
})
