// The fakes of the host's programs pass the suite that the real ones pass (test/image/steward.test.ts).
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { createFakeHost, type FakeHost } from '../fakes/host/make.ts'
import { root } from '../system/box.ts'
import { hostPrograms } from './host-programs.ts'

describe('the fakes of the host’s programs', () => {
  let host: FakeHost
  beforeAll(() => {
    host = createFakeHost()
    for (let index = 0; index < 10; index++)
      host.say({ unit: `hob-${index % 2 === 0 ? 'api' : 'models'}.service`, text: `line ${index}` })
    // as the suite's `say`, from another process
    sayCommand.push(host.environment.HOB_FAKE_HOST)
  })
  afterAll(() => host.remove())

  const append = `const [folder, text] = process.argv.slice(1)
    fs.appendFileSync(folder + '/journal.jsonl', JSON.stringify({ atMs: Date.now(), unit: 'hob-probe.service', text, priority: 6 }) + '\\n')`
  const sayCommand = [process.execPath, '--eval', append]
  hostPrograms({
    fileOf: (door) => join(root, 'appliance/host', `${door}.ts`),
    run: (script) =>
      execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
        encoding: 'utf8',
        env: { ...process.env, ...host.environment },
      }),
    say: sayCommand,
  })
})
