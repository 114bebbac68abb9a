// What a host name and a display name may be, in words for whoever chose another. Pure.

/** Why this is not a host label (RFC 1123, 63 bytes of RFC 1035), or null when it is one. */
export function hostFlaw(label: string): string | null {
  if (label.length === 0) return 'A host name needs at least one character.'
  if (label.length > 63) return 'A host name has at most 63 characters.'
  if (!/^[a-z0-9-]+$/.test(label)) return 'A host name has letters a to z, digits and hyphens only.'
  if (label.startsWith('-') || label.endsWith('-')) return 'A host name does not begin or end with a hyphen.'
  if (label === 'localhost') return 'localhost is every machine’s name for itself.'
  if (/^\d+$/.test(label)) return 'A host name is not a number alone.'
  return null
}

/** Why this is not an instance name of RFC 6763 §4.1.1 (63 bytes of UTF-8, no control characters), or null. */
export function displayFlaw(name: string): string | null {
  if (name === '') return 'A name needs at least one character.'
  if (Buffer.byteLength(name) > 63)
    return 'A name has at most 63 bytes, which is about 20 Chinese characters.'
  if (/\p{C}/u.test(name)) return 'A name has no control characters.'
  return null
}
