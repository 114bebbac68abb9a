// What access.ts says, as tables for people: whose each right is, and which right each route needs. Run, it prints
// ACCESS.md, which is committed beside this and kept equal by a test.
import { freshKey, mayDo, needKey, type RightName, rights } from './access.ts'
import { publicRoutes } from './openapi.ts'
import { roles } from './principal.ts'

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(head),
  row(head.map(() => '---')),
  ...rows.map(row),
]
const mark = (may: boolean): string => (may ? 'yes' : '–')

export function accessTables(): string {
  const names = (Object.keys(rights) as RightName[]).map((name) => [
    `\`${name}\``,
    ...roles.map((role) => mark(mayDo({ role, scopes: ['*'] }, name))),
    mark(rights[name].token),
  ])
  const routes = publicRoutes.map((route) => [
    `\`${route.method.toUpperCase()} ${route.path}\``,
    `\`${String(route[needKey])}\``,
    route[freshKey] === true ? 'asked again' : '',
  ])
  return [
    '# Who may do what',
    '',
    'Generated from `access.ts` and the routes (`node appliance/contracts/access-table.ts`). A token has what its scopes name and its',
    'person has today. `nobody`: answered before anyone has signed in. `unclaimed`: for a box without an owner; afterwards the route',
    'says so itself. Asked again: the password was given within the last minutes. Before the claim only the needs `nobody` and',
    '`unclaimed` are answered. Beside these routes: `/healthz`, `/readyz` and `/openapi.json` need `nobody`, `/metrics` needs `metrics`,',
    '`/hob/v1/live` needs `live`.',
    '',
    ...table(['Right', ...roles, 'as a token’s scope'], names),
    '',
    ...table(['Route', 'Needs', ''], routes),
    '',
  ].join('\n')
}

if (import.meta.main) process.stdout.write(accessTables())
