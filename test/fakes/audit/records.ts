// Audit records for tests and for the benchmark: one to begin from, and random ones such as a household makes.
import { type AuditRecord, auditActions } from '#appliance/contracts/audit.ts'

export const record = (more: Partial<AuditRecord> = {}): AuditRecord => ({
  who: { person: 'p-ann', name: 'Ann', by: 'session', id: 's1' },
  action: 'model.added',
  outcome: 'done',
  code: null,
  from: { address: '192.168.1.20', agent: 'Mozilla/5.0' },
  target: 'qwen3-4b-q4',
  details: { bytes: 2_500_000_000 },
  ...more,
})

const people = [
  ['p-ann', 'Ann'],
  ['p-bob', 'Bob'],
  ['P-BOB', 'another Bob'],
  ['p-zhang', '张伟'],
  ['p-émilie', 'Émilie'],
] as const
const targets = [
  'qwen3-4b-q4_k_m',
  'Living-room speaker',
  '张伟的手机',
  '客厅音箱',
  'Café Zürich',
  'ＷＩＤＥ tablet',
  '(1) ⑴ =1+1',
  'build-server/token 7',
  null,
]
const agents = ['Mozilla/5.0 (X11; Linux x86_64)', 'python-httpx/0.28', null]
const codes = ['host_not_allowed', 'origin_not_allowed', null]

const pick = <Value>(
  random: () => number,
  values: readonly [Value, ...Value[]] | readonly Value[],
): Value => {
  const value = values[Math.floor(random() ** 1.5 * values.length)]
  if (value === undefined && !values.includes(value as Value)) throw new RangeError('nothing to pick from')
  return value as Value
}

export function randomRecord(random: () => number): AuditRecord {
  const [person, name] = pick(random, people)
  const somebody = random() < 0.8
  const outcome = pick(random, ['done', 'refused', 'failed'] as const)
  return {
    who: somebody
      ? { person, name, by: 'session', id: `s${Math.floor(random() * 500)}` }
      : { person: null, name: null, by: 'nobody', id: null },
    action: pick(random, auditActions),
    outcome,
    code: outcome === 'done' ? null : pick(random, codes),
    from: { address: `192.168.1.${Math.floor(random() * 250)}`, agent: pick(random, agents) },
    target: pick(random, targets),
    details:
      random() < 0.5
        ? {}
        : {
            bytes: Math.floor(random() * 1e9),
            reason: pick(random, ['rate', 'right', '密码']),
            retry: random() < 0.5,
          },
  }
}
