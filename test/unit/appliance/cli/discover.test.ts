// `hob discover`: what it asks for and what it prints.
import { describe, expect, it, test } from 'vitest'
import { discover } from '#appliance/cli/discover.ts'
import { loadConfig } from '#appliance/config/load.ts'
import { localOwner } from '#appliance/contracts/principal.ts'
import { createClient } from '#appliance/ipc/client.ts'

const found = {
  id: 'ab12000000000000',
  name: 'Kitchen',
  host: 'hob-ab12.local',
  addresses: { v4: ['10.0.0.7'], v6: ['fe80::7'] },
  port: 4620,
  version: '0.1.0',
  claimed: false,
  fingerprint: null,
  own: true,
}

async function run(args: readonly string[], { json = false, boxes = [found] } = {}) {
  const asked: unknown[] = []
  let text = ''
  const nowhere = createClient({ service: 'api', socketPath: '/nonexistent' })
  await discover.run({
    args,
    json,
    config: loadConfig({ HOB_DATA_DIR: '/nonexistent' }),
    terminal: {
      write: (more) => (text += more),
      progress: () => undefined,
      piped: () => Promise.resolve(''),
      ask: () => Promise.resolve(null),
    },
    box: {
      caller: { principal: localOwner('socket') },
      client: {
        ...nowhere,
        call: (route, { query }) => {
          asked.push(query)
          const media = route.responses[200]
          if (media === undefined || !('content' in media)) throw new TypeError('it has an answer')
          const schema = media.content?.['application/json']
          if (schema === undefined || !('schema' in schema) || !('parse' in schema.schema))
            throw new TypeError('typed')
          return Promise.resolve(schema.schema.parse({ boxes }))
        },
      },
    },
  })
  return { asked, text }
}

describe('hob discover', () => {
  it('prints a line for each box and marks its own', async () => {
    const { asked, text } = await run([])
    expect(asked).toEqual([{ seconds: 3 }])
    expect(text.split('\n')[1]).toBe(
      'Kitchen (this one)  https://hob-ab12.local:4620  10.0.0.7 fe80::7  no       0.1.0    –',
    )
    expect((await run([], { boxes: [] })).text).toBe('No box answered.')
  })

  it('gives the boxes as data', async () => {
    const { asked, text } = await run(['--seconds', '10'], { json: true })
    expect(asked).toEqual([{ seconds: 10 }])
    expect(JSON.parse(text)).toEqual({ boxes: [found] })
  })

  test.each([['--seconds'], ['--seconds', '0'], ['--seconds', '11'], ['--seconds', '1', '2'], ['3']])(
    'does not take %s %s %s',
    async (...args) => {
      await expect(run(args)).rejects.toMatchObject({ code: 'usage' })
    },
  )
})
