// A parent to be killed: loads the given model, gives it work for minutes that waits for nobody, and prints the child's
// pid once it is in the middle of it. Run by llama-child.test.ts.
import { createChildEngineFactory } from '#services/models/engine/child-engine.ts'
import { never, planOf, silentLog } from './engines.ts'

const [file] = process.argv.slice(2)
let pid = 0
const factory = createChildEngineFactory({
  log: silentLog,
  onFork: (child) => {
    pid = child.pid ?? 0
  },
})
const engine = factory.create()
await engine.load(file ?? '', planOf({ contextTokens: 2_048 }), () => {}, never)
const work = engine.embed(
  Array.from({ length: 2_000 }, (_, index) => `${index} ${'rain on the stones '.repeat(90)}`),
  never,
)
await engine.stats()
process.stdout.write(`${pid}\n`)
await work
