// The queue between the child's messages and whoever reads them: order, what was taken, and failure after the rest.
import { expect, it } from 'vitest'
import { createEventQueue } from '#services/models/engine/event-queue.ts'

it('gives what was pushed, in order, and tells of each that was taken', async () => {
  let taken = 0
  const queue = createEventQueue<number>(() => taken++)
  queue.push([1, 2])
  const read: number[] = []
  const reading = (async () => {
    for await (const event of queue.read()) read.push(event)
  })()
  await Promise.resolve()
  queue.push([3])
  queue.push([4])
  queue.close()
  await reading
  expect(read).toEqual([1, 2, 3, 4])
  expect(taken).toBe(4)
})

it('gives what came before a failure, then the failure', async () => {
  const queue = createEventQueue<number>(() => {})
  queue.push([1])
  queue.fail(new Error('gone'))
  queue.close()
  const reader = queue.read()
  expect((await reader.next()).value).toBe(1)
  await expect(reader.next()).rejects.toThrow('gone')
})
