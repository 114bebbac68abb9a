// A device's name from its browser's User-Agent: "Safari on iPhone". A few simple rules, for a list that its owner reads;
// nothing is decided by it.

/** The first that fits; browsers also name those that they descend from, so the order matters. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/EdgA?\/|EdgiOS\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/MicroMessenger\//, 'WeChat'],
  [/Vivaldi\//, 'Vivaldi'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\/|Chromium\//, 'Chrome'],
  [/Version\/[\d.]+ .*Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/CrOS/, 'Chromebook'],
  [/Macintosh|Mac OS X/, 'Mac'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
]

const firstOf = (rules: readonly (readonly [RegExp, string])[], agent: string): string | undefined =>
  rules.find(([pattern]) => pattern.test(agent))?.[1]

export function deviceName(agent: string | null): string {
  const known = (agent ?? '').slice(0, 500)
  const browser = firstOf(browsers, known)
  const system = firstOf(systems, known)
  if (browser === undefined) return system ?? 'Unknown device'
  return system === undefined ? browser : `${browser} on ${system}`
}
