// A count with its noun, as English says it.
const plural = new Intl.PluralRules('en')

export const many = (count: number, one: string, other: string): string =>
  `${new Intl.NumberFormat('en').format(count)} ${plural.select(count) === 'one' ? one : other}`
