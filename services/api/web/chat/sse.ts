// Reads a body of server-sent events (HTML standard §9.2.6) as it arrives. Ends when the body ends.
export interface ServerEvent {
  readonly event: string
  readonly data: string
}

export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let event = ''
  let data: string[] = []
  try {
    for (;;) {
      const { done, value } = await reader.read()
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true })
      // A lone CR may be the first half of CRLF that the next chunk completes.
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n') }
          event = ''
          data = []
          continue
        }
        const colon = line.indexOf(':')
        const field = colon === -1 ? line : line.slice(0, colon)
        const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
        if (field === 'event') event = value
        else if (field === 'data') data.push(value)
      }
      if (done) return
    }
  } finally {
    // Whoever stops reading early closes the connection, which stops the generation.
    // A stream that broke off cannot be cancelled, and what broke it is thrown to the reader already.
    await reader.cancel().catch(() => undefined)
  }
}
