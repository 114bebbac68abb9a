// What programs of other machines meet: the health call, Prometheus and its dashboard, the client package and the reference,
// on one box behind TLS.

import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { healthSchema } from '#appliance/contracts/health.ts'
import { publicRoutes } from '#appliance/contracts/openapi.ts'
import { readVersion } from '#appliance/version.ts'
import { ownerAccount } from '#benchmarks/owner.ts'
import { root } from './box.ts'
import { type HttpsBox, startHttpsBox } from './https-box.ts'
import { noPrometheus, promtoolSays, startPrometheus } from './prometheus.ts'

const run = promisify(execFile)
/** For machines that are busy with something else. */
const patientMs = 300_000

let at: HttpsBox
let metricsToken: string
beforeAll(async () => {
  at = await startHttpsBox()
  metricsToken = await at.token(['metrics'])
}, patientMs)
afterAll(() => at?.box.stop(), patientMs)

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hob-machines-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const chat = () =>
  at.ask('/v1/chat/completions', {
    method: 'POST',
    token: at.box.token,
    body: { messages: [{ role: 'user', content: 'What are you?' }], max_tokens: 24 },
  })

describe('health', () => {
  test.each([
    ['nobody', [] as const],
    ['a token without the scope', ['status', 'chat', 'audit'] as const],
  ])('tells %s one word', async (_, scopes) => {
    const token = scopes.length === 0 ? {} : { token: await at.token(scopes) }
    const { status, text } = await at.ask('/hob/v1/health', token)
    expect([status, text]).toEqual([200, '{"status":"ok"}'])
  })

  test('refuses a token that is none', async () => {
    expect((await at.ask('/hob/v1/health', { token: 'hob_guess' })).status).toBe(401)
  })

  test('tells a token with the scope how everything is', async () => {
    expect((await chat()).status).toBe(200)
    const { detail } = healthSchema.parse(
      JSON.parse((await at.ask('/hob/v1/health', { token: metricsToken })).text),
    )
    expect(detail?.services.map(({ name, state, version }) => [name, state, version])).toEqual([
      ['api', 'ready', readVersion()],
      ['models', 'ready', readVersion()],
    ])
    for (const { startedAt, residentBytes } of detail?.services ?? []) {
      expect(Date.parse(startedAt ?? '')).toBeLessThan(Date.now())
      expect(residentBytes).toBeGreaterThan(10e6)
    }
    for (const { totalBytes, availableBytes } of detail?.disks ?? []) {
      expect(availableBytes).toBeGreaterThan(0)
      expect(totalBytes).toBeGreaterThan(availableBytes ?? 0)
    }
    expect(detail?.disks.map(({ folder }) => folder)).toEqual(['data', 'models'])
    expect(detail?.databases.map(({ name, state }) => [name, state])).toEqual([
      ['audit', 'ok'],
      ['history', 'ok'],
      ['identity', 'ok'],
    ])
    expect(detail?.certificate?.source).toBe('box')
    expect(detail?.certificate?.daysLeft).toBeGreaterThan(30)
    expect(Math.abs(Date.parse(detail?.clock.now ?? '') - Date.now())).toBeLessThan(60_000)
    expect(detail?.load.memoryAvailableBytes).toBeGreaterThan(0)
    expect(detail?.models?.engines).toMatchObject([{ state: 'ready', active: 0, waiting: 0 }])
  })
})

const dashboardSchema = z.object({
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string() })).default([]),
    }),
  ),
})
const dashboard = dashboardSchema.parse(
  JSON.parse(readFileSync(join(root, 'appliance/monitoring/grafana-dashboard.json'), 'utf8')),
)

/** The labels that a figure may have: none knows a person. */
const ours = [
  'database',
  'folder',
  'method',
  'model',
  'outcome',
  'route',
  'service',
  'state',
  'status',
  'version',
]
/** Prometheus's own, and those of Node. */
const theirs = ['le', 'kind', 'major', 'minor', 'patch', 'space', 'type']

describe('figures', () => {
  test.skipIf(noPrometheus !== null)(
    'are as Prometheus’s own check wants them, and know no person',
    async () => {
      const { status, text } = await at.ask('/metrics', { token: metricsToken })
      expect(status).toBe(200)
      expect(promtoolSays(['check', 'metrics'], text)).toBe('')
      const names = [...text.matchAll(/^(\w+?)(?:_bucket|_sum|_count)?(?:\{| )/gm)].map(([, name]) => name)
      const explained = (what: string): Set<string | undefined> =>
        new Set([...text.matchAll(new RegExp(`^# ${what} (\\w+) `, 'gm'))].map(([, name]) => name))
      const [help, type] = [explained('HELP'), explained('TYPE')]
      expect(names.filter((name) => !(help.has(name) && type.has(name)))).toEqual([])
      expect(text.toLowerCase()).not.toContain(ownerAccount.name.toLowerCase())
      const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label))
      expect([...labels].filter((label) => ![...ours, ...theirs].includes(label))).toEqual([])
    },
  )

  test('are for the right scope alone', async () => {
    const others = await at.token(['chat', 'status', 'audit'])
    expect((await at.ask('/metrics')).status).toBe(401)
    expect((await at.ask('/metrics', { token: others })).status).toBe(403)
  })

  test('the dashboard’s panels have names and places of their own', () => {
    const { panels } = dashboard
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24)
      return Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`)
    })
    expect(new Set(cells).size).toBe(cells.length)
  })

  test.skipIf(noPrometheus !== null)(
    `every panel of the dashboard has data in a real Prometheus${noPrometheus === null ? '' : ` (${noPrometheus})`}`,
    async () => {
      const folder = makeFolder()
      cpSync(at.caFile, join(folder, 'hob-ca.pem'))
      writeFileSync(join(folder, 'hob-token'), `${metricsToken}\n`, { mode: 0o600 })
      const sample = readFileSync(join(root, 'appliance/monitoring/prometheus.yml'), 'utf8')
      const config = sample
        .replace('hob-0000.local:4620', `localhost:${at.box.port}`)
        .replace('scrape_interval: 15s', 'scrape_interval: 1s\n    scrape_timeout: 1s')
      expect(config).not.toContain('hob-0000')
      writeFileSync(join(folder, 'prometheus.yml'), config)
      expect(promtoolSays(['check', 'config', join(folder, 'prometheus.yml')])).toBe('')
      const prometheus = await startPrometheus(folder)
      onTestFinished(prometheus.stop)
      await expect
        .poll(() => prometheus.query('up{job="hob"}').catch(() => []), { timeout: 60_000 })
        .toEqual([1])

      const signIn = { method: 'POST', body: ownerAccount, headers: { origin: at.origin } }
      expect((await at.ask('/hob/v1/session', signIn)).status).toBe(201)
      const wanted = dashboard.panels.flatMap(({ title, targets }) =>
        targets.map(({ expr }) => ({
          title,
          query: expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*'),
        })),
      )
      expect(wanted.length).toBeGreaterThan(20)
      const missing = async (): Promise<string[]> => {
        await Promise.all([chat(), at.ask('/hob/v1/status')])
        const answers = await Promise.all(
          wanted.map(async ({ title, query }) => ({ title, query, values: await prometheus.query(query) })),
        )
        return answers
          .filter(({ values }) => values.length === 0 || values.some(Number.isNaN))
          .map(({ title, query }) => `${title}: ${query}`)
      }
      await expect.poll(missing, { timeout: patientMs / 2, interval: 2_000 }).toEqual([])
    },
    patientMs,
  )
})

describe('the client package', () => {
  const readme = readFileSync(join(root, 'appliance/client/README.md'), 'utf8')
  const example = /```js\n([\s\S]+?)```/.exec(readme)?.[1] ?? ''

  /** A project of somebody else: the packed package and what it depends on, and nothing of Hob. */
  async function project(): Promise<string> {
    const folder = makeFolder()
    const packed = [
      'pack',
      join(root, 'appliance/client'),
      '--pack-destination',
      folder,
      '--json',
      '--offline',
    ]
    const { stdout } = await run('npm', packed, { cwd: folder })
    const [{ filename }] = z.tuple([z.object({ filename: z.string() })]).parse(JSON.parse(stdout))
    const installed = join(folder, 'node_modules', 'hob-client')
    mkdirSync(installed, { recursive: true })
    await run('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1'])
    for (const name of ['openapi-fetch', 'openapi-typescript-helpers'])
      cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    return folder
  }

  test(
    'does what its README shows',
    async () => {
      const folder = await project()
      writeFileSync(join(folder, 'example.js'), example)
      const environment = {
        PATH: process.env['PATH'],
        HOB_URL: at.origin,
        HOB_TOKEN: await at.token(['chat', 'live']),
        NODE_EXTRA_CA_CERTS: at.caFile,
      }
      const { stdout } = await run(process.execPath, ['example.js'], { cwd: folder, env: environment })
      expect(stdout).toMatch(/^models: .*starter/m)
      expect(stdout).toMatch(/^answer: \w.{10,}/m)
      expect(stdout).toMatch(/^live: hello$/m)
    },
    patientMs,
  )

  test(
    'has types that hold the example, and refuse what the box would',
    async () => {
      const folder = await project()
      writeFileSync(join(folder, 'example.ts'), example)
      const wrong = (line: string): string => `  // @ts-expect-error\n  ${line}\n`
      writeFileSync(
        join(folder, 'strict.ts'),
        `import { createHob } from 'hob-client'
const hob = createHob({ url: '', token: '' })
const { data } = await hob.GET('/hob/v1/health')
const days: number | undefined = data?.detail?.certificate?.daysLeft
for await (const message of await hob.live()) if (message.type === 'engine') message.data.state satisfies string
await hob.GET('/hob/v1/conversations/{id}', { params: { path: { id: 'x' } } })
await hob.POST('/hob/v1/tokens', { body: { name: 'x', scopes: ['chat'] } })
${wrong("await hob.GET('/hob/v1/nothing')")}${wrong("await hob.GET('/hob/v1/conversations/{id}')")}${wrong(
  "await hob.POST('/v1/chat/completions', { body: { messages: 'x' } })",
)}${wrong('const no: string = days')}
export { days }
`,
      )
      const options = [
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2023',
        '--types',
        'node',
      ]
      const types = ['--typeRoots', join(root, 'node_modules/@types')]
      const tsc = join(root, 'node_modules/.bin/tsc')
      const said = await run(tsc, [...options, ...types, 'example.ts', 'strict.ts'], { cwd: folder }).then(
        () => '',
        (error: unknown) => String(Object(error).stdout),
      )
      expect(said).toBe('')
    },
    patientMs,
  )
})

test('the reference shows every route, under the strict policy and without a script', async () => {
  const { status, headers, text } = await at.ask('/reference')
  expect(status).toBe(200)
  expect(headers['content-security-policy']).toContain("script-src 'self'")
  expect(text).not.toMatch(/<script|\sstyle=|\son\w+=|https?:\/\//i)
  const shown = [...text.matchAll(/<b>([A-Z]+)<\/b> <code>(.+?)<\/code>/g)].map(
    ([, method, path]) => `${method} ${path}`,
  )
  const all = publicRoutes.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  expect(shown.sort()).toEqual([...all, 'GET /hob/v1/live', 'GET /metrics'].sort())
  expect((await at.ask('/reference.css')).headers['content-type']).toContain('text/css')
})

test(
  'health says down while the models service is away, and ok again',
  async () => {
    const models = at.box.processes().get('models') ?? 0
    process.kill(models, 'SIGKILL')
    const word = async () => (await at.ask('/hob/v1/health')).text
    await expect.poll(word, { timeout: 60_000, interval: 100 }).toBe('{"status":"down"}')
    const health = async () => await at.ask('/hob/v1/health', { token: metricsToken })
    await expect.poll(async () => (await health()).status, { timeout: 120_000, interval: 500 }).toBe(200)
  },
  patientMs,
)
