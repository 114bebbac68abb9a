// GPT-2's printable stand-ins for the 256 bytes, as byte-level BPE vocabularies spell them
// (https://github.com/openai/gpt-2/blob/master/src/encoder.py). Pure.

/** The stand-in of each byte, by its number. */
export function byteAlphabet(): string[] {
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae
    return String.fromCodePoint(printable ? byte : next++)
  })
}
