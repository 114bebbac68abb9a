// Lines of a stream of bytes, bounded: what comes from a log may be as long as a program that went mad can write.

/** Journald cuts a line at 48 KiB (LineMax=); ours are far shorter. */
export const longestLineBytes = 64 * 1024

/** Without their ends, the empty ones left out; of one that is too long its beginning. Ends with the stream, or throws what it threw. */
export async function* readLines(
  source: AsyncIterable<Uint8Array>,
  longest: number = longestLineBytes,
): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for await (const bytes of source) {
    let buffer = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes])
    for (let end = buffer.indexOf(0x0a); end >= 0; end = buffer.indexOf(0x0a)) {
      if (end > 0) yield buffer.toString('utf8', 0, Math.min(end, longest))
      buffer = buffer.subarray(end + 1)
    }
    // one byte more than may be shown: what is cut here is cut there
    rest = buffer.subarray(0, longest + 1)
  }
  if (rest.length > 0) yield rest.toString('utf8', 0, Math.min(rest.length, longest))
}
