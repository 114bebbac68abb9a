// A home folder whose browser trusts one root certificate besides those it came with: Chromium on Linux reads the user's
// NSS database. certutil is Debian's libnss3-tools.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const noTrust: string | null = existsSync('/usr/bin/certutil')
  ? null
  : 'no certutil here; install it: sudo apt-get install libnss3-tools'

export function trust(home: string, rootPem: string): void {
  const folder = join(home, '.pki/nssdb')
  mkdirSync(folder, { recursive: true })
  const file = join(home, 'root.pem')
  writeFileSync(file, rootPem)
  const certutil = (...args: readonly string[]) => execFileSync('certutil', ['-d', `sql:${folder}`, ...args])
  certutil('-N', '--empty-password')
  // C: may vouch for servers, and for nothing else
  certutil('-A', '-n', 'hob', '-t', 'C,,', '-i', file)
}
