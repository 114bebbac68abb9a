// A certificate's fingerprint for people to compare.

/** As consoles print it: pairs with colons, in capitals. */
export const pairs = (fingerprint: string): readonly string[] =>
  fingerprint
    .toUpperCase()
    .replaceAll(/[^0-9A-F]/g, '')
    .match(/../g) ?? []
