// The internet of one namespace, as a program: a name server whose answers change between two questions, and a web server
// on every address. Given the public one. Says each question and each visit, a line of JSON each; ends when its input does.
import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'

export type Line = { ready: true } | { asked: string } | { visited: string; path: string; host: string }

/** One that the real internet routes; here it belongs to the loopback interface. */
const publicAddress = process.argv[2] ?? ''

/** By name: what each next question is answered, the last for ever. */
const addresses: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'models.example': [[publicAddress]],
  'inside.example': [['10.77.0.1']],
  'loopback.example': [['127.0.0.1']],
  'metadata.google.internal': [['169.254.169.254']],
  'mixed.example': [[publicAddress, '127.0.0.1']],
  'rebinds.example': [[publicAddress], ['127.0.0.1']],
  'rebinds-later.example': [[publicAddress], ['169.254.169.254']],
}

const say = (line: Line): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

const names = createSocket('udp4')
const askedBefore = new Map<string, number>()
const typeA = 1

/** RFC 1035 §4.1, one question. */
names.on('message', (question: Buffer, from: RemoteInfo) => {
  const labels: string[] = []
  let at = 12
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const end = at + 5
  const name = labels.join('.').toLowerCase()
  const answers = question.readUInt16BE(at + 1) === typeA ? next(name) : []
  const header = Buffer.from(question.subarray(0, 12))
  const known = name in addresses
  header.writeUInt16BE(known ? 0x8180 : 0x8183, 2)
  header.writeUInt16BE(answers.length, 6)
  header.writeUInt32BE(0, 8)
  const records = answers.map((address) =>
    // the question's name, A, IN, no time to live, four bytes
    Buffer.from([0xc0, 12, 0, typeA, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  )
  names.send(Buffer.concat([header, question.subarray(12, end), ...records]), from.port, from.address)
})

function next(name: string): readonly string[] {
  const turns = addresses[name] ?? []
  const before = askedBefore.get(name) ?? 0
  askedBefore.set(name, before + 1)
  say({ asked: name })
  return turns[Math.min(before, turns.length - 1)] ?? []
}

/** `/to/WHERE` redirects there; `/cut` breaks off; all else is no model. */
const web = createServer((request, response) => {
  const path = request.url ?? ''
  const visited = request.socket.localAddress?.replace('::ffff:', '') ?? ''
  say({ visited, path, host: request.headers.host ?? '' })
  const [, where] = /^\/to\/(.+)$/.exec(path) ?? []
  if (where !== undefined) response.writeHead(302, { location: decodeURIComponent(where) }).end()
  else if (path.startsWith('/cut')) request.socket.destroy()
  else response.end('<html>the inside of the house</html>')
})

names.bind(53, '127.0.0.1')
web.listen(80, '::')
await Promise.all([once(names, 'listening'), once(web, 'listening')])
say({ ready: true })
process.stdin.resume()
process.stdin.once('end', () => process.exit(0))
