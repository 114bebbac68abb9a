// Brings a URL into a part file: goes on where it stopped when the server can prove that it is the same file, starts
// over when it can't, and tries again while anything arrives. Owns nothing between calls.
import type { IncomingHttpHeaders } from 'node:http'
import { HobError } from '#appliance/errors.ts'
import { publicUrl } from '#appliance/net/guard.ts'
import type { Net, OpenResponse } from '#appliance/net/net.ts'
import type { Note, Part } from './part.ts'

export interface TransferOptions {
  readonly net: Net
  readonly part: Part
  readonly url: string
  readonly allowPrivate: boolean
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** Waits; rejects when the signal is aborted. */
  readonly sleep: (delayMs: number, signal: AbortSignal) => Promise<void>
  readonly onProgress: (receivedBytes: number, totalBytes: number | null) => void
  /** Throws disk_full when so many more bytes do not fit. */
  readonly checkSpace: (moreBytes: number) => Promise<void>
}

/** Tries in a row that bring nothing. */
const maxFruitless = 4
const maxTries = 200

/** Resolves when the part is whole. Throws download_failed, download_too_large, url_not_allowed, disk_full. */
export async function transfer(options: TransferOptions): Promise<void> {
  let fruitless = 0
  for (let attempt = 1; ; attempt++) {
    const before = await options.part.bytes()
    try {
      await attemptOnce(options)
      return
    } catch (error) {
      const mayHelp = error instanceof HobError && error.code === 'download_failed' && !isFinal(error)
      if (!mayHelp || attempt >= maxTries) throw error
      fruitless = (await options.part.bytes()) > before ? 0 : fruitless + 1
      if (fruitless >= maxFruitless) throw error
      await options.sleep(Math.min(500 * 2 ** fruitless, 10_000), options.signal)
    }
  }
}

/** The server answered, and its answer will not change by asking again. */
class FinalFailure extends HobError {}
const isFinal = (error: HobError): boolean => error instanceof FinalFailure

async function attemptOnce(options: TransferOptions): Promise<void> {
  const { part, url } = options
  const note = await part.note(url)
  const here = note === null ? 0 : await part.bytes()
  if (note !== null && here > 0 && here === note.totalBytes) return
  const response = await ask(options, note, here)
  const resumed = response.status === 206 && here > 0 && continues(response.headers, note, here)
  if (response.status === 206 && !resumed) {
    response.close()
    // It answered for another file or another place: what is here is worth nothing.
    await part.remove()
    throw new HobError('download_failed', {
      url: publicUrl(url),
      detail: 'the server answered with the wrong part of the file',
    })
  }
  const from = resumed ? here : 0
  const length = response.headers['content-length']
  const totalBytes = length === undefined ? null : from + Number(length)
  if ((totalBytes ?? 0) > options.maxBytes) {
    response.close()
    throw new HobError('download_too_large', { limit: options.maxBytes })
  }
  try {
    await options.checkSpace((totalBytes ?? from) - from)
    await part.remember(url, { validator: validatorOf(response.headers), totalBytes })
  } catch (error) {
    response.close()
    throw error
  }
  await write(options, response, from, totalBytes)
}

async function ask(options: TransferOptions, note: Note | null, here: number): Promise<OpenResponse> {
  const { net, url, part } = options
  const mayResume = note?.validator != null && here > 0
  const response = await net.open(url, {
    signal: options.signal,
    maxBytes: options.maxBytes,
    allowPrivate: options.allowPrivate,
    ...(mayResume ? { headers: { range: `bytes=${here}-`, 'if-range': note.validator ?? '' } } : {}),
  })
  const { status } = response
  if (status === 200 || (status === 206 && mayResume)) return response
  response.close()
  if (status === 416) await part.remove()
  const passing = status === 408 || status === 416 || status === 429 || status >= 500
  const parameters = { url: publicUrl(url), detail: `the server answered ${status}` }
  throw passing
    ? new HobError('download_failed', parameters)
    : new FinalFailure('download_failed', parameters)
}

/** A weak ETag promises the same meaning, not the same bytes. */
function validatorOf(headers: IncomingHttpHeaders): string | null {
  const etag = headers.etag
  if (etag !== undefined && !etag.startsWith('W/')) return etag
  return headers['last-modified'] ?? null
}

function continues(headers: IncomingHttpHeaders, note: Note | null, here: number): boolean {
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '')
  if (range === null || Number(range[1]) !== here) return false
  const total = range[3] === '*' ? null : Number(range[3])
  if (total !== null && note?.totalBytes != null && total !== note.totalBytes) return false
  const validator = validatorOf(headers)
  return validator === null || validator === note?.validator
}

async function write(
  options: TransferOptions,
  response: OpenResponse,
  from: number,
  totalBytes: number | null,
): Promise<void> {
  const { part, onProgress, maxBytes } = options
  const handle = await part.open(from > 0 ? 'append' : 'anew')
  let received = from
  onProgress(received, totalBytes)
  try {
    for await (const piece of response.body) {
      if (received === 0) checkMagic(piece, options)
      await handle.writeFile(piece)
      received += piece.length
      if (received > maxBytes) throw new HobError('download_too_large', { limit: maxBytes })
      onProgress(received, totalBytes)
    }
  } finally {
    response.close()
    await handle.close()
  }
  if (totalBytes === null) await part.remember(options.url, { validator: null, totalBytes: received })
}

/** A page that says "please sign in" is not worth eight gigabytes of patience. */
function checkMagic(piece: Uint8Array, { url }: TransferOptions): void {
  const begins = Buffer.from(piece.subarray(0, 4)).toString('latin1')
  if ('GGUF'.startsWith(begins)) return
  throw new FinalFailure('download_failed', { url: publicUrl(url), detail: 'what it sends is no GGUF file' })
}
