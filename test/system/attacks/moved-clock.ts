// Preloaded into a box's processes, it gives a test their wall clock: from the first SIGUSR2 on it stands still, and each
// one moves it a minute ahead and says so in a whole log line. Timers keep to the real one.
const minuteMs = 60_000
const RealDate = Date
let stoodAt: number | null = null
const now = (): number => stoodAt ?? RealDate.now()

globalThis.Date = new Proxy(RealDate, {
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
})

process.on('SIGUSR2', () => {
  stoodAt = now() + minuteMs
  const time = new RealDate(stoodAt).toISOString()
  process.stdout.write(`${JSON.stringify({ time, service: 'clock', level: 'info', message: 'moved' })}\n`)
})
