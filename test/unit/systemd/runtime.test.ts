// What of a checkout comes on to a box: sources without types that find each other, the built page alone, and nothing that only lies there.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyRuntime } from '../../../systemd/runtime.ts'

const folder = mkdtempSync(join(tmpdir(), 'hob-runtime-'))
const [from, to] = [join(folder, 'checkout'), join(folder, 'box')]
const files = {
  'package.json': '{ "type": "module", "imports": { "#appliance/*": "./appliance/*" } }',
  'package-lock.json': '{ "packages": { "": {} } }',
  LICENSE: 'Apache-2.0',
  'appliance/greeting.ts':
    "export interface Greeting { words: string }\nexport const greeting: Greeting = { words: 'good evening' }\n",
  'appliance/client/types.d.ts': 'export interface Client {}\n',
  'appliance/bootstrap.mjs': '',
  'services/main.ts': `import { type Greeting, greeting } from '#appliance/greeting.ts'
const other = new URL('./other.ts', import.meta.url)
const { other: said } = (await import(other.href)) as { other: string }
const words = ({ words }: Greeting): string => words
const at: string | undefined = new Error('here').stack
process.stdout.write(\`\${words(greeting)}, \${said}; \${at?.includes('main.js:5:32')}\`)
`,
  'services/other.ts': "export const other: string = 'neighbour'\n",
  'services/api/web/app.tsx': 'export const app = <p />\n',
  'services/api/web/dist/index.html': '<p></p>',
  'hardware-profiles/one.json': '{}',
  'systemd/hob.env': '',
}

beforeAll(() => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(from, name)), { recursive: true })
    writeFileSync(join(from, name), text)
  }
  symlinkSync('/etc', join(from, 'services/own'))
  copyRuntime({ from, to })
})
afterAll(() => rmSync(folder, { recursive: true }))

test('the sources run without their types, and say where they are as the checkout does', () => {
  const said = execFileSync(process.execPath, [join(to, 'services/main.js')], { encoding: 'utf8' })
  expect(said).toBe('good evening, neighbour; true')
  expect(existsSync(join(to, 'services/main.ts'))).toBe(false)
  expect(readFileSync(join(to, 'appliance/client/types.d.ts'), 'utf8')).toContain('Client')
})

test('what is for developers, and what somebody left lying there, stays behind', () => {
  expect(existsSync(join(to, 'services/api/web/dist/index.html'))).toBe(true)
  for (const name of ['services/api/web/app.tsx', 'services/own', 'appliance/bootstrap.mjs'])
    expect(existsSync(join(to, name)), name).toBe(false)
})

test('a copy takes the place of the one before it', () => {
  writeFileSync(join(to, 'left.txt'), '')
  copyRuntime({ from, to })
  expect(existsSync(join(to, 'left.txt'))).toBe(false)
  expect(existsSync(join(to, 'services/main.js'))).toBe(true)
})
