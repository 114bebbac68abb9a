// Whether a grammar that schema-grammar.ts built can ever be completed: a model held to one that cannot would write until
// its tokens run out. Reads the rules as text; pure; owns nothing.

/**
 * Whether the root can never be completed: every way through it comes back to a rule that is open already. An
 * alternative is finite when each of its rules is; optional groups are skipped, since they can be left out.
 */
export function withoutEnd(rules: ReadonlyMap<string, string>): boolean {
  const needs = new Map<string, string[][]>()
  for (const [rule, body] of rules) {
    const bare = body.replaceAll(/"(?:\\.|[^"\\])*"/g, ' ').replaceAll(/\[(?:\\.|[^\]\\])*\]/g, ' ')
    needs.set(
      rule,
      withoutOptional(bare)
        .split('|')
        .map((way) => way.match(/\b(?:r\d+|any\w*)\b/g) ?? []),
    )
  }
  const finite = new Set<string>()
  for (let grew = true; grew; ) {
    grew = false
    for (const [rule, ways] of needs) {
      if (finite.has(rule) || !ways.some((way) => way.every((one) => finite.has(one)))) continue
      finite.add(rule)
      grew = true
    }
  }
  return !finite.has('root')
}

/** Takes out every group that may be absent: `( … )?`, `( … )*`, `( … ){0,n}`; innermost first. */
function withoutOptional(body: string): string {
  let text = body
  for (;;) {
    const next = text
      .replaceAll(/\(([^()]*)\)(?:\?|\*|\{0,\d*\})/g, ' ')
      .replaceAll(/\(([^()|]*)\)(?:\{[1-9]\d*,\d*\}|(?![?*{]))/g, ' $1 ')
    if (next === text) return text
    text = next
  }
}
