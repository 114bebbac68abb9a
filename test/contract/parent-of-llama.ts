// A parent to be killed: loads the given model, lets it write for as long as it can, and prints the child's pid once
// it does. Run by llama-child.test.ts.
import { createChildEngineFactory } from '#services/models/engine/child-engine.ts'
import { never, planOf, requestOf, silentLog } from './engines.ts'

const [file] = process.argv.slice(2)
let pid = 0
const factory = createChildEngineFactory({
  log: silentLog,
  onFork: (child) => {
    pid = child.pid ?? 0
  },
})
const engine = factory.create()
await engine.load(file ?? '', planOf({ contextTokens: 8_192 }), () => {}, never)
let seen = 0
for await (const event of engine.generate(requestOf({ maxTokens: 8_000, minTokens: 8_000 }), never)) {
  if (event.type === 'text' && ++seen === 3) process.stdout.write(`${pid}\n`)
}
