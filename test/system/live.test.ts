// The live channel of a real box, its link cut a hundred times during ten thousand events: none missed, none doubled.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { printedSeed, random as seeded } from '../fakes/random.ts'
import { type Box, startBox } from './box.ts'

let box: Box
beforeAll(async () => {
  box = await startBox({ environment: { HOB_REQUESTS_PER_MINUTE: '1000000' } })
})
afterAll(() => box.stop())

const events = 10_000
const cuts = 100
const writers = 8

const json = { 'content-type': 'application/json' }

async function createConversation(): Promise<string> {
  const answer = await box.fetch(`/hob/v1/conversations`, { method: 'POST', headers: json, body: '{}' })
  const { id } = (await answer.json()) as { id: string }
  return id
}

async function rename(id: string, title: string): Promise<void> {
  const answer = await box.fetch(`/hob/v1/conversations/${id}`, {
    method: 'PATCH',
    headers: json,
    body: JSON.stringify({ title }),
  })
  await answer.arrayBuffer()
  expect(answer.status).toBe(200)
}

test('a client that is cut a hundred times sees every event once', async () => {
  const random = seeded(printedSeed())
  const ids = await Promise.all(Array.from({ length: writers }, createConversation))
  const seen: number[] = []
  let renames = 0
  let epoch = ''
  let last = -1
  const cutAt = new Set(Array.from({ length: cuts }, () => Math.floor(random() * events)))
  let connections = 0
  const from = (): string => (epoch === '' ? '' : `?epoch=${epoch}&seq=${last}`)

  await new Promise<void>((resolve, reject) => {
    const finishedLate = setTimeout(() => reject(new Error(`only ${renames} of ${events} arrived`)), 110_000)
    const follow = (): void => {
      connections++
      const socket = new WebSocket(`${box.url.replace('http', 'ws')}/hob/v1/live${from()}`, {
        headers: box.headers,
      })
      socket.on('error', reject)
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString('utf8')) as {
          type: string
          seq: number
          epoch?: string
          resumed?: boolean
          data?: { change?: string }
        }
        if (frame.type === 'hello') {
          if (epoch !== '' && frame.resumed !== true) reject(new Error('the channel could not resume'))
          if (epoch === '') {
            epoch = frame.epoch ?? ''
            last = frame.seq
            void Promise.all(ids.map((id, writer) => write(id, writer))).catch(reject)
          }
          return
        }
        seen.push(frame.seq)
        last = frame.seq
        if (frame.type === 'conversation' && frame.data?.change === 'updated') renames++
        if (renames === events) {
          clearTimeout(finishedLate)
          socket.removeAllListeners('close')
          socket.close()
          resolve()
        } else if (cutAt.delete(renames)) socket.terminate()
      })
      socket.on('close', follow)
    }
    const write = async (id: string, writer: number): Promise<void> => {
      for (let i = writer; i < events; i += writers) await rename(id, `title ${i}`)
    }
    follow()
  })

  expect(connections).toBeGreaterThanOrEqual(cuts * 0.9)
  expect(renames).toBe(events)
  const first = seen[0] ?? 0
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => first + index))
})
