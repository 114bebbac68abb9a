// What a test does with a whole box that has TLS (secure-box.ts): handshakes by openssl, sessions of HTTP/2, the live
// channel, its record, the `hob` command.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type ClientHttp2Session, connect } from 'node:http2'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { servedCertificateSchema } from '#appliance/contracts/network.ts'
import { root } from './box.ts'
import { type Answer, run, type SecureBox } from './secure-box.ts'

export interface Row {
  readonly outcome: string
  readonly code: string | null
  readonly details: object
  readonly who: object
}

export interface Channel {
  readonly socket: WebSocket
  readonly frames: readonly { readonly type: string; readonly data?: unknown }[]
}

/** Trusts the box's root alone. */
export const handshake = (box: SecureBox, ...args: string[]) =>
  run('openssl', 's_client', '-connect', `127.0.0.1:${box.port}`, '-CAfile', box.caFile, ...args)

export const served = (answer: Answer) => servedCertificateSchema.parse(JSON.parse(answer.body))

/** The newest first. */
export async function rows(box: SecureBox, action: string): Promise<readonly Row[]> {
  const { body } = await box.asOwner(`/hob/v1/audit?action=${action}&limit=200`)
  const { entries }: { entries: Row[] } = JSON.parse(body)
  return entries
}

export async function hob(box: SecureBox, ...args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, ['appliance/cli/hob.mjs', ...args], {
    cwd: root,
    env: box.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code: typeof code === 'number' ? code : null, out: out + error }
}

export async function http2(box: SecureBox): Promise<ClientHttp2Session> {
  const session = connect(`https://localhost:${box.port}`, { ca: box.ca })
  session.on('error', () => undefined)
  onTestFinished(() => session.destroy())
  await once(session, 'remoteSettings')
  return session
}

/** Over HTTP/1.1, open. */
export async function live(box: SecureBox): Promise<Channel> {
  const url = `wss://localhost:${box.port}/hob/v1/live`
  const socket = new WebSocket(url, { ca: box.ca, headers: box.headers })
  onTestFinished(() => socket.terminate())
  const frames: { type: string; data?: unknown }[] = []
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString('utf8'))))
  await once(socket, 'open')
  return { socket, frames }
}
