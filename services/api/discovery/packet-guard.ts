// Looks at a raw DNS packet before a parser does, and says what is wrong with it. dns-js, under mdns-js, follows a
// compression pointer wherever it leads: 18 bytes, a question whose name points at itself, hang it for good. What
// passes for it is walked by dns-js in the same steps and ends at the same byte: for each record type that it knows,
// the check is of what it reads, which is not always what the record's length says. Pure.

/** Who reads the packet afterwards: dns-js needs more care than a parser that keeps to the lengths. */
export type Reader = 'dns-js' | 'careful'

const headerBytes = 12
const recordsMax = 512
/** RFC 1035 §3.1, the length bytes and the root's included. */
const nameBytesMax = 255
const labelsMax = 128
/** dns-js takes any length byte from here on as a pointer, in TXT strings too. */
const pointerMark = 0xc0

const type = { NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, A: 1, AAAA: 28, SRV: 33, OPT: 41, TLSA: 52 }

/** What is wrong with the packet, in a few words; null when a parser may have it. */
export function packetFlaw(packet: Uint8Array, reader: Reader): string | null {
  if (packet.length < headerBytes) return 'shorter than a header'
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength)
  const questions = view.getUint16(4)
  const records = view.getUint16(6) + view.getUint16(8) + view.getUint16(10)
  if (questions + records > recordsMax) return 'too many records'
  // a name of one byte, type and class; and for a record time to live and length
  if (questions * 5 + records * 11 > packet.length - headerBytes) return 'more records than bytes'
  let at = headerBytes
  for (let n = 0; n < questions; n++) {
    const end = nameEnd(packet, at)
    if (end === null || end + 4 > packet.length) return 'a bad question'
    at = end + 4
  }
  for (let n = 0; n < records; n++) {
    const end = nameEnd(packet, at)
    if (end === null || end + 10 > packet.length) return 'a bad record name'
    const data = end + 10
    const dataEnd = data + view.getUint16(end + 8)
    if (dataEnd > packet.length) return 'a record past the end'
    if (!fits(packet, reader, view.getUint16(end), data, dataEnd)) return 'bad record data'
    at = dataEnd
  }
  // dns-js would take the rest as another packet, with pointers that count from there
  return at === packet.length || reader === 'careful' ? null : 'bytes after the last record'
}

/** Whether a parser that goes by the type ends exactly at `end`. */
function fits(packet: Uint8Array, reader: Reader, recordType: number, start: number, end: number): boolean {
  switch (recordType) {
    case type.A:
      return end - start === 4
    case type.AAAA:
      return end - start === 16
    case type.NS:
    case type.CNAME:
    case type.PTR:
      return nameEnd(packet, start) === end
    case type.MX:
      return end - start > 2 && nameEnd(packet, start + 2) === end
    case type.SRV:
      return end - start > 6 && nameEnd(packet, start + 6) === end
    case type.SOA: {
      const primary = nameEnd(packet, start)
      const admin = primary === null ? null : nameEnd(packet, primary)
      return admin !== null && admin + 20 === end
    }
    case type.TXT:
      return reader === 'careful' || textsFit(packet, start, end)
    case type.OPT:
      return reader === 'careful' || optionFits(packet, start, end)
    case type.TLSA:
      return reader === 'careful' || end - start >= 3
    default:
      return true
  }
}

/** One empty string, or strings that fill the data exactly; none is empty or looks like a pointer. */
function textsFit(packet: Uint8Array, start: number, end: number): boolean {
  if (end - start === 1 && packet[start] === 0) return true
  let at = start
  while (at < end) {
    const length = packet[at] ?? 0
    if (length === 0 || length >= pointerMark) return false
    at += 1 + length
  }
  return at === end && end > start
}

/** dns-js reads one option whenever bytes are left in the packet, and none only at its end. */
function optionFits(packet: Uint8Array, start: number, end: number): boolean {
  if (start === packet.length) return true
  if (end - start < 4) return false
  return start + 4 + (packet[start + 2] ?? 0) * 256 + (packet[start + 3] ?? 0) === end
}

/** Where what follows the name begins; null for a name that no honest packet has. Each pointer must lead to before
 * everything that was read of this name so far, so the walk ends. */
export function nameEnd(packet: Uint8Array, start: number): number | null {
  let at = start
  let before = start
  let end: number | null = null
  let bytes = 1
  for (let labels = 0; labels <= labelsMax; ) {
    const length = packet[at]
    if (length === undefined) return null
    if (length >= pointerMark) {
      const low = packet[at + 1]
      if (low === undefined) return null
      const target = (length - pointerMark) * 256 + low
      if (target < headerBytes || target >= before) return null
      end ??= at + 2
      before = target
      at = target
      continue
    }
    if (length === 0) return end ?? at + 1
    if (length > 63 || at + 1 + length > packet.length) return null
    bytes += 1 + length
    labels++
    if (bytes > nameBytesMax) return null
    at += 1 + length
  }
  return null
}
