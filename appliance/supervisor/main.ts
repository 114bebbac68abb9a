// `npm start`: runs every service as its own process with restart and one log, and prints where the box answers. On
// the appliance systemd does this job. Owns the data folder's lock; the children end when this process does.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseFlags } from '../config/flags.ts'
import { loadConfig } from '../config/load.ts'
import { HobError } from '../errors.ts'
import { createLog, errorFields } from '../log.ts'
import { createTimers, systemClock } from '../timers/timers.ts'
import { createAnnouncer } from './announce.ts'
import { openLogFiles } from './log-files.ts'
import { preflight } from './preflight.ts'
import { superviseService } from './service.ts'
import { createTerminal, parseLine } from './terminal.ts'

const services = ['models', 'api'] as const
/** Services drain within 4 s; the rest is the system's time to end them. */
const graceMs = 4_500
const dayMs = 86_400_000

async function main(): Promise<void> {
  const environment = { ...process.env, ...parseFlags(process.argv.slice(2)) }
  const config = loadConfig(environment)
  const release = await preflight(config)
  const files = openLogFiles({ folder: join(config.dataDir, 'logs') })
  const show = createTerminal({ stream: process.stdout })
  const take = (text: string, service: string, isError: boolean): void => {
    const line = parseLine(text, service, isError ? 'warn' : 'info', new Date())
    const json = `${JSON.stringify(line)}\n`
    files.append(json)
    show(line, json)
  }
  const log = createLog({
    service: 'supervisor',
    level: config.logLevel,
    write: (text) => take(text.trimEnd(), 'supervisor', false),
  })
  const timers = createTimers({ clock: systemClock, log })
  timers.every('17 3 * * *', 'log retention', () =>
    files.deleteOlderThan(new Date(Date.now() - config.logDays * dayMs)),
  )

  const announcer = createAnnouncer({ config, log, stream: process.stdout })
  const say = (what: Promise<void>): void =>
    void what.catch((error: unknown) => log.warn('no summary', errorFields(error)))
  const ready = new Set<string>()
  const supervised = services.map((name) =>
    superviseService({
      name,
      main: fileURLToPath(new URL(`../../services/${name}/main.ts`, import.meta.url)),
      environment: {
        ...environment,
        // holds the stripped sources too: the stripper itself costs each process 17 MB and a tenth of a second
        NODE_COMPILE_CACHE: join(config.dataDir, 'cache'),
        HOB_DATA_DIR: config.dataDir,
        HOB_RUN_DIR: config.runDir,
        HOB_MODELS_DIR: config.modelsDir,
      },
      log,
      onLine: (text, isError) => take(text, name, isError),
      onReady: () => {
        const first = ready.size < services.length
        ready.add(name)
        if (ready.size < services.length) return
        if (first) say(announcer.ready().then(announcer.claim))
        else if (name === 'api') say(announcer.claim())
      },
    }),
  )

  let stopping = false
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) {
      for (const service of supervised) service.kill()
      return
    }
    stopping = true
    log.info('stopping', { signal })
    await Promise.all([timers.stop(), ...supervised.map((service) => service.stop(graceMs))])
    log.info('stopped')
    files.close()
    release()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(signal))

  log.info('starting', { data: config.dataDir, models: config.modelsDir })
  for (const service of supervised) service.start()
}

try {
  await main()
} catch (error) {
  const text =
    error instanceof HobError
      ? `${error.message}\n  ${error.remedy}`
      : String(error instanceof Error ? error.stack : error)
  process.stderr.write(`hob: ${text}\n`)
  process.exit(1)
}
