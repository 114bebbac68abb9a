// Writes a tar archive (POSIX.1-2001, ustar interchange format): plain files with short names, whose contents are at hand.
export interface ArchivedFile {
  /** At most 100 bytes. */
  readonly name: string
  readonly content: Uint8Array
}

const block = 512

/** The archive, piece by piece. */
export function* tarOf(files: readonly ArchivedFile[], at: Date): Generator<Uint8Array> {
  for (const { name, content } of files) {
    yield headerOf(name, content.length, at)
    yield content
    yield Buffer.alloc((block - (content.length % block)) % block)
  }
  yield Buffer.alloc(2 * block)
}

/** Numbers are octal text that ends with a NUL. */
const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`

function headerOf(name: string, size: number, at: Date): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`too long for an archive: ${name}`)
  const fields: readonly (readonly [offset: number, text: string])[] = [
    [0, name],
    [100, octal(0o644, 8)],
    // user and group: root
    [108, octal(0, 8)],
    [116, octal(0, 8)],
    [124, octal(size, 12)],
    [136, octal(Math.max(0, Math.floor(at.getTime() / 1_000)), 12)],
    // the checksum is counted over spaces in its place
    [148, ' '.repeat(8)],
    [156, '0'],
    [257, 'ustar\u000000'],
  ]
  const header = Buffer.alloc(block)
  for (const [offset, text] of fields) header.write(text, offset, 'utf8')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 7)} `, 148)
  return header
}
