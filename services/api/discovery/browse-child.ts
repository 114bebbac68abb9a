// The program that browses for other boxes, forked by browse.ts and gone after some seconds: `browse-child.ts SECONDS`.
// The one door to mdns-js, which sends the questions and parses the answers. One packet can hang that parser, so each
// is looked at first (packet-guard.ts); should one hang it all the same, the parent hears nothing and ends us. It loads
// little, so that whoever asked need not wait for it to start.
import { createRequire } from 'node:module'
import { setTimeout as wait } from 'node:timers/promises'
import mdns from 'mdns-js'
import type { Report } from './browse-protocol.ts'
import { createFound, type DnsRecord } from './found.ts'
import { packetFlaw } from './packet-guard.ts'

const reportEveryMs = 500

interface DnsPacket {
  readonly answer: readonly DnsRecord[]
  readonly additional: readonly DnsRecord[]
}

interface DnsJs {
  readonly DNSPacket: { parse(bytes: Buffer): unknown }
  readonly errors: { readonly MalformedPacket: new (message: string) => Error }
}

/** mdns-js looks its parser up at each packet, so the one that it finds can be ours, with its own behind. */
function guardParser(): void {
  const here = createRequire(import.meta.url)
  const dns: DnsJs = createRequire(here.resolve('mdns-js'))('dns-js')
  const { parse } = dns.DNSPacket
  dns.DNSPacket.parse = (bytes) => {
    const flaw = packetFlaw(bytes, 'dns-js')
    // mdns-js drops a packet whose parsing throws
    if (flaw !== null) throw new dns.errors.MalformedPacket(flaw)
    return parse(bytes)
  }
}

async function main(seconds: number): Promise<void> {
  guardParser()
  // a socket on 5353 would take the answers that other programs of this machine wait for
  mdns.excludeInterface('0.0.0.0')
  const found = createFound()
  const { networking, ...browser } = openBrowser()
  // its own listener throws on names that it does not expect, and forgets addresses
  networking.removeAllListeners('packets')
  networking.on('packets', (packets: readonly DnsPacket[]) => {
    for (const { answer, additional } of packets) found.take([...answer, ...additional])
  })
  // a link that went down; others may answer
  networking.on('error', () => undefined)

  const report = (done: boolean): void => {
    const message: Report = { boxes: found.boxes(), done }
    process.send?.(message)
  }
  const turns = (seconds * 1_000) / reportEveryMs
  for (let turn = 0; turn < turns; turn++) {
    // asked again each second: a packet may be lost, and a responder answers once a second at most
    if (turn % 2 === 0) setTimeout(browser.discover, 50)
    report(false)
    await wait(reportEveryMs)
  }
  report(true)
}

function openBrowser() {
  const browser = mdns.createBrowser(mdns.tcp('hob'))
  return { networking: browser.networking, discover: () => browser.discover() }
}

process.on('disconnect', () => process.exit(0))
await main(Number(process.argv[2]))
process.disconnect()
