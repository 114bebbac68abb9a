// Who gives way when every connection is taken and one more comes. Connections that only wait cost an attacker nothing, so
// that they must cost nobody else anything; and nobody alone may keep the others out. Pure.
//
//   one that was never answered, the oldest of the address that has the most of them ──▶ it goes
//   otherwise, when another address holds more than half ──▶ its oldest goes
//   otherwise ──▶ nobody: the newcomer is refused
export interface Held {
  readonly address: string | null
  /** How many requests were answered on it. */
  answered: number
}

/** \`held\` has the oldest first. */
export function whoGivesWay<One extends Held>(
  held: readonly One[],
  { newcomer, limit }: { newcomer: string | null; limit: number },
): One | null {
  const silent = held.filter(({ answered }) => answered === 0)
  const waits = most(silent)
  if (waits !== null) return waits.oldest
  const holds = most(held)
  return holds !== null && holds.count > limit / 2 && holds.oldest.address !== newcomer ? holds.oldest : null
}

/** The address with the most of them. */
function most<One extends Held>(held: readonly One[]): { oldest: One; count: number } | null {
  const byAddress = new Map<string | null, { oldest: One; count: number }>()
  for (const one of held) {
    const group = byAddress.get(one.address)
    if (group === undefined) byAddress.set(one.address, { oldest: one, count: 1 })
    else group.count++
  }
  return [...byAddress.values()].reduce<{ oldest: One; count: number } | null>(
    (largest, group) => (largest === null || group.count > largest.count ? group : largest),
    null,
  )
}
