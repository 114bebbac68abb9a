// Apple's configuration profile that carries the box's root to an iPhone, iPad or Mac (Apple, "Profile-Specific Payload
// Keys" and "CertificateRoot"). Pure: one root always gives one profile, so a second download replaces the first.
import { createHash } from 'node:crypto'

interface ProfileOptions {
  der: Buffer
  /** Authority's full fingerprint. */
  fingerprint: string
  boxName: string
}

export function mobileconfig({ der, fingerprint, boxName }: ProfileOptions): string {
  const name = escapeXml(boxName)
  const identifier = `hob.root.${fingerprint.replaceAll(':', '').slice(0, 16).toLowerCase()}`
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadIdentifier</key><string>${identifier}</string>
  <key>PayloadUUID</key><string>${uuidOf(`profile ${fingerprint}`)}</string>
  <key>PayloadDisplayName</key><string>Hob: ${name}</string>
  <key>PayloadDescription</key><string>Lets this device recognise the box “${name}” in your home. The certificate can vouch for names and addresses of home networks only.</string>
  <key>PayloadRemovalDisallowed</key><false/>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>${identifier}.certificate</string>
      <key>PayloadUUID</key><string>${uuidOf(`certificate ${fingerprint}`)}</string>
      <key>PayloadDisplayName</key><string>Hob: ${name}</string>
      <key>PayloadCertificateFileName</key><string>hob.crt</string>
      <key>PayloadContent</key>
      <data>${der.toString('base64')}</data>
    </dict>
  </array>
</dict>
</plist>
`
}

/** A UUID made of a hash (RFC 9562, version 8), in the upper case that Apple writes. */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex').toUpperCase()
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Control characters are not XML at all. */
const escapeXml = (text: string): string =>
  text.replaceAll(/\p{Cc}/gu, '').replaceAll(/[&<>"']/g, (char) => entities[char] ?? char)
