// Reads server-sent events (HTML standard §9.2.6) from a service as they arrive, and gives the data of each. Lines and
// events are bounded: a service that sends garbage costs no memory.
import { HobError } from '#appliance/errors.ts'

const eventMaxUnits = 1024 * 1024

/** Comments, ids, names and keep-alives are passed over. Throws service_unavailable past the bound. */
export async function* readEventData(
  source: AsyncIterable<Uint8Array>,
  { service, maxUnits = eventMaxUnits }: { service: string; maxUnits?: number },
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  let units = 0
  for await (const bytes of source) {
    rest += decoder.decode(bytes, { stream: true })
    // a CR at the very end may be half of a CRLF
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield data.join('\n')
        data = []
        units = 0
      } else if (/^data(:|$)/.test(line)) {
        data.push(line.slice(5).replace(/^ /, ''))
        units += line.length
      }
    }
    if (rest.length + units > maxUnits) {
      const cause = new Error(`an event of more than ${maxUnits} characters`)
      throw new HobError('service_unavailable', { service }, { cause })
    }
  }
  // the CR was a whole line end, and ended the last event
  if (rest === '\r' && data.length > 0) yield data.join('\n')
}
