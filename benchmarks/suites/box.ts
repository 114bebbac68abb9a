// The whole box with the starter: memory of the api, what the way through it adds, its event loop while a
// model generates, and how soon a second start is ready. The starter is so fast that it is the box that is
// measured here, not the model.
import { Agent, type RequestOptions, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { encodePrincipal, localOwner, principalHeader } from '#appliance/contracts/principal.ts'
import { type BenchBox, createFolder, removeFolder, startBox } from '../box.ts'
import { type Figure, quantile } from '../report.ts'

const mebi = 1024 * 1024
const samplingMs = 10
const body = (tokens: number, stream: boolean): string =>
  JSON.stringify({
    model: 'auto',
    messages: [{ role: 'user', content: 'hi' }],
    max_tokens: tokens,
    min_tokens: tokens,
    stream,
    temperature: 0,
  })

export async function boxSuite(runs: number): Promise<Figure[]> {
  const folder = createFolder()
  try {
    const first = await startBox(folder)
    await first.stop()
    const starts: number[] = []
    for (let run = 0; run < runs; run++) {
      const box = await startBox(folder)
      starts.push(box.readyMs)
      await box.stop()
    }
    const box = await startBox(folder, { HOB_QUEUE_LENGTH: '128', HOB_MAX_CONNECTIONS: '1200' })
    try {
      return [
        { name: 'second start to ready', unit: 'ms', samples: starts, aim: '< 3000' },
        ...(await memory(box)),
        ...(await latency(box, runs * 60)),
      ]
    } finally {
      await box.stop()
    }
  } finally {
    removeFolder(folder)
  }
}

async function memory(box: BenchBox): Promise<Figure[]> {
  await ask(box, body(8, false))
  await pause(2_000)
  const idle = box.residentBytes('api') / mebi
  const alone: number[] = []
  for (let run = 0; run < 5; run++) {
    await eventLoopP99Ms(box)
    await ask(box, body(900, true))
    alone.push(await eventLoopP99Ms(box))
  }
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => follow(box)))
  const streams = Array.from({ length: 50 }, () => ask(box, body(900, true)))
  const busy: number[] = []
  const done = Promise.all(streams).then(() => 'done' as const)
  while ((await Promise.race([done, pause(250, 'more' as const)])) === 'more')
    busy.push(box.residentBytes('api') / mebi)
  const lag = await eventLoopP99Ms(box)
  for (const client of clients) client.terminate()
  return [
    { name: 'api resident memory, idle', unit: 'MiB', samples: [idle], aim: '< 120' },
    {
      name: 'api resident memory, 50 streams and 1,000 idle live clients',
      unit: 'MiB',
      samples: busy,
      aim: '< 200',
    },
    { name: 'api event loop p99 while a model generates', unit: 'ms', samples: alone, aim: '< 20' },
    { name: 'the same with 50 streams and 1,000 live clients', unit: 'ms', samples: [lag] },
  ]
}

const follow = (box: BenchBox): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${box.url.replace('http', 'ws')}/hob/v1/live`, { headers: box.headers })
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
  })

/**
 * Resets with every scrape: what it tells is the time since the last one. Node counts its own sampling period in
 * (perf_hooks.monitorEventLoopDelay with 10 ms shows 10.2 ms when nothing happens), which is taken off here.
 */
async function eventLoopP99Ms(box: BenchBox): Promise<number> {
  const metrics = await (await box.fetch(`/metrics`)).text()
  return Number(/^hob_api_nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(metrics)?.[1]) * 1_000 - samplingMs
}

async function ask(box: BenchBox, json: string): Promise<void> {
  const answer = await box.fetch(`/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: json,
  })
  await answer.text()
}

/** The same one-token request by the same client, through the api and straight to the models service, in turn. */
async function latency(box: BenchBox, runs: number): Promise<Figure[]> {
  const json = body(1, false)
  const agent = new Agent({ keepAlive: true })
  const port = Number(new URL(box.url).port)
  const doors = {
    through: { host: '127.0.0.1', port, agent },
    straight: { socketPath: box.modelsSocket, agent: new Agent({ keepAlive: true }) },
  }
  const times = { through: [] as number[], straight: [] as number[] }
  for (let run = 0; run < runs; run++) {
    for (const door of ['through', 'straight'] as const) {
      const before = performance.now()
      await post(doors[door], json)
      times[door].push(performance.now() - before)
    }
  }
  const added = quantile(times.through, 0.5) - quantile(times.straight, 0.5)
  return [
    { name: 'one token, straight to the models service', unit: 'ms', samples: times.straight },
    { name: 'one token, through the api', unit: 'ms', samples: times.through },
    { name: 'added by the api, difference of medians', unit: 'ms', samples: [added], aim: '< 3' },
  ]
}

const post = (door: RequestOptions, json: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = {
      [principalHeader]: encodePrincipal(localOwner('service')),
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(json),
    }
    const options = { ...door, path: '/v1/chat/completions', method: 'POST', headers }
    const outgoing = request(options, (answer) => resolve(text(answer)))
    outgoing.once('error', reject)
    outgoing.end(json)
  })
