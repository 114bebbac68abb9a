// The rules of a grammar under construction, in GBNF: JSON's own, those for values that no schema describes, and the ones
// that schema-grammar.ts defines. Knows JSON, not schemas. A set of rules belongs to whoever created it.

/** Values that no schema describes nest no deeper than this: a small model would otherwise open brackets for ever. */
const anyValueDepth = 6

export const basics = `ws ::= | " " | "\\n" [ \\t]{0,16}
char ::= [ !#-\\[\\]-~\\u0080-\\uD7FF\\uE000-\\U0010FFFF] | "\\\\" (["\\\\/bfnrt] | "u" ([0-9a-cA-CeEfF] hex hex hex | [dD] [0-7] hex hex))
hex ::= [0-9a-fA-F]
integer ::= "-"? ("0" | [1-9] [0-9]{0,14})
number ::= "-"? ("0" | [1-9] [0-9]{0,14}) ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,2})?
string ::= "\\"" char* "\\""
boolean ::= "true" | "false"
null ::= "null"
`

/** The text as a GBNF literal. */
export const literal = (text: string): string =>
  `"${text.replaceAll(/[\\"\n\r\t]/g, (character) => ({ '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[character] ?? '')}"`

/** Members with any names, all with this value. */
export const mapOf = (value: string): string =>
  `"{" ws (string ":" ws ${value} ("," ws string ":" ws ${value})* ws)? "}"`

/** `max` null: no bound but the context. */
export const arrayOf = (item: string, min: number, max: number | null): string => {
  if (max === 0) return '"[" ws "]"'
  const more = `("," ws ${item}){${Math.max(0, min - 1)},${max === null ? '' : max - 1}}`
  const items = `${item} ${more} ws`
  return min === 0 ? `"[" ws (${items})? "]"` : `"[" ws ${items} "]"`
}

export function createRules() {
  const rules = new Map<string, string>()
  /** Any JSON value; `depth` more levels of brackets. */
  const anyValue = (depth = anyValueDepth): string => {
    const rule = `any${depth}`
    if (!rules.has(rule)) {
      const inner = depth > 0 ? ` | ${anyObject(depth)} | ${anyArray(depth)}` : ''
      rules.set(rule, `string | number | boolean | null${inner}`)
    }
    return rule
  }
  const anyObject = (depth = anyValueDepth): string => {
    const rule = `anyObject${depth}`
    if (!rules.has(rule)) {
      rules.set(rule, '')
      rules.set(rule, mapOf(anyValue(depth - 1)))
    }
    return rule
  }
  const anyArray = (depth = anyValueDepth): string => {
    const rule = `anyArray${depth}`
    if (!rules.has(rule)) {
      rules.set(rule, '')
      rules.set(rule, arrayOf(anyValue(depth - 1), 0, null))
    }
    return rule
  }

  return {
    anyValue,
    anyObject,
    /** Adds a rule with this body; returns its name. */
    define(body: string): string {
      const rule = `r${rules.size}`
      rules.set(rule, body)
      return rule
    },
    /** Writes the body of a rule that was defined before it was known. */
    complete: (rule: string, body: string) => void rules.set(rule, body),
    bodies: (): ReadonlyMap<string, string> => rules,
  }
}
