// A voice on a test's LAN that says any bytes to the mDNS group and hears what is said there.
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { addressesIn, encodeQuery } from '#services/api/discovery/one-shot.ts'
import type { Machine } from './lan.ts'
import type { From, Order, Word } from './voice-program.ts'

interface Heard {
  readonly packet: Buffer
  readonly address: string
  readonly port: number
}

export interface Voice {
  /** Resolves once all have left. */
  say(packets: readonly Buffer[], from: From): Promise<void>
  /** What each resolver that asks on this network gets at once. */
  answerEverybody(packets: readonly Buffer[]): void
  /** From now on; returns how to stop. */
  onHeard(listener: (heard: Heard) => void): () => void
  /**
   * Asks until the machine at `address` has answered, a minute at most; resolves to the addresses that it gave. Its
   * socket's queue keeps its order: what was said before has been read by then.
   */
  ask(host: string, address: string): Promise<string[]>
  stop(): void
}

const program = fileURLToPath(new URL('voice-program.ts', import.meta.url))
const askEveryMs = 1_000
const askTimes = 60

export async function startVoice(machine: Machine): Promise<Voice> {
  const child = machine.start(process.execPath, [program], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const listeners = new Set<(heard: Heard) => void>()
  const waiting = new Map<number, () => void>()
  let last = 0
  const started = once(child, 'message')
  child.on('message', (word: Word) => {
    if ('done' in word) {
      waiting.get(word.done)?.()
      waiting.delete(word.done)
      return
    }
    const heard = { packet: Buffer.from(word.heard, 'base64'), address: word.address, port: word.port }
    for (const listener of listeners) listener(heard)
  })
  await started

  const order = (what: Order): void => void child.send(what)
  const encoded = (packets: readonly Buffer[]): string[] => packets.map((packet) => packet.toString('base64'))
  const say: Voice['say'] = (packets, from) =>
    new Promise((resolve) => {
      const id = ++last
      waiting.set(id, resolve)
      order({ id, say: encoded(packets), from })
    })
  const onHeard: Voice['onHeard'] = (listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return {
    say,
    answerEverybody: (packets) => order({ answer: encoded(packets) }),
    onHeard,
    ask: (host, address) =>
      new Promise((resolve, reject) => {
        let asked = 0
        const end = (): void => {
          clearInterval(again)
          leave()
        }
        const leave = onHeard((heard) => {
          const found = heard.address === address ? addressesIn(heard.packet, `${host}.local`) : []
          if (found.length === 0) return
          end()
          resolve(found)
        })
        const question = (): void => {
          if (asked++ < askTimes) return void say([encodeQuery(asked, `${host}.local`)], 'own')
          end()
          reject(new Error(`${address} does not answer for ${host}.local`))
        }
        const again = setInterval(question, askEveryMs)
        question()
      }),
    stop: () => void child.kill('SIGKILL'),
  }
}
