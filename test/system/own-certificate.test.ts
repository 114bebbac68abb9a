// The certificate that an owner brings to a whole box with TLS: it takes over and gives way while requests run, one that
// is wrong is refused, and its key is in one file alone.
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type OwnCertificate, servedCertificateSchema } from '#appliance/contracts/network.ts'
import { homeAuthority, type SecureBox, startSecureBox } from './secure-box.ts'
import { handshake, hob, http2, rows, served } from './secure-clients.ts'

let box: SecureBox
beforeAll(async () => {
  box = await startSecureBox()
}, 240_000)
afterAll(() => box?.stop())

describe('the owner’s own certificate', () => {
  const home = { names: ['localhost', 'kitchen.local'], addresses: ['127.0.0.1'] }
  const use = (json: OwnCertificate) => box.asOwner('/hob/v1/certificate', { method: 'PUT', json })
  const drop = () => box.asOwner('/hob/v1/certificate', { method: 'DELETE' })
  const secretLine = ({ key }: OwnCertificate): string => key.split('\n')[1] ?? ''

  test('takes over and gives way without a failed request, however often', async () => {
    const authority = await homeAuthority(box.folder, 'Attic')
    box.trust(authority.root)
    const pair = await authority.issue(home)
    const agent = new Agent({ keepAlive: true, maxSockets: 4 })
    const session = await http2(box)
    onTestFinished(() => agent.destroy())
    const failures: string[] = []
    const issuers = new Set<string>()
    let done = 0
    let exchanges = 0
    const isExchanging = (): boolean => exchanges < 5
    const overHttp2 = async (): Promise<number> => {
      const stream = session.request({ ':path': '/healthz' })
      stream.resume()
      const [headers] = await once(stream, 'response')
      return Number(Object(headers)[':status'])
    }
    const overNew = async (): Promise<number> => {
      const { status, issuer } = await box.ask('/healthz')
      issuers.add(issuer)
      return status
    }
    const overKept = async (): Promise<number> => (await box.ask('/healthz', { agent })).status
    const asking = async (way: () => Promise<number>): Promise<void> => {
      while (isExchanging() || done < 200) {
        const outcome = await way().catch(String)
        if (outcome !== 200) failures.push(String(outcome))
        done++
      }
    }
    const exchanging = async (): Promise<void> => {
      for (; exchanges < 5; exchanges++) {
        const { status, body } = await (exchanges % 2 === 0 ? use(pair) : drop())
        expect(status, body).toBe(200)
        const from = done
        await expect.poll(() => done, { timeout: 60_000 }).toBeGreaterThan(from + 12)
      }
    }
    await Promise.all([exchanging(), ...[overKept, overKept, overHttp2, overNew, overNew].map(asking)])
    expect(failures).toEqual([])
    expect(done).toBeGreaterThanOrEqual(200)
    expect([...issuers].filter((issuer) => issuer.includes('Attic'))).toHaveLength(1)
    expect(issuers.size).toBe(2)
    expect(served(await box.asOwner('/hob/v1/certificate'))).toMatchObject({
      source: 'owner',
      names: home.names,
      addresses: home.addresses,
    })
    expect((await handshake(box, '-verify_return_error')).code).not.toBe(0)
    await drop()
    expect((await handshake(box, '-verify_return_error')).code).toBe(0)
  })

  test('that is wrong, expired, mismatched or of another machine is refused, and what serves stays', async () => {
    const authority = await homeAuthority(box.folder, 'Cellar')
    box.trust(authority.root)
    const good = await authority.issue(home)
    expect((await use(good)).status).toBe(200)
    const wrong = {
      'no PEM': { key: 'key', chain: 'chain' },
      expired: await authority.issue(home, -500),
      'not valid yet': await authority.issue(home, 10),
      mismatched: { ...good, key: (await authority.issue(home)).key },
      'of another machine': await authority.issue({ names: ['elsewhere.local'], addresses: [] }),
    }
    for (const [what, pair] of Object.entries(wrong)) {
      const { status, code, body } = await use(pair)
      expect([status, code], what).toEqual([422, 'certificate_invalid'])
      expect(body).not.toContain('PRIVATE KEY')
    }
    expect((await rows(box, 'certificate.changed'))[0]).toMatchObject({
      outcome: 'refused',
      code: 'certificate_invalid',
    })
    expect((await box.ask('/healthz')).issuer).toContain('Cellar')
    expect((await drop()).status).toBe(200)
    const before = await rows(box, 'certificate.changed')
    expect(served(await drop()).source).toBe('box')
    expect(await rows(box, 'certificate.changed')).toEqual(before)
  })

  test('keeps its key to itself: one file of the box’s own user, no answer, no log, no record', async () => {
    const authority = await homeAuthority(box.folder, 'Loft')
    box.trust(authority.root)
    const pair = await authority.issue(home)
    const [key, chain] = [join(box.folder, 'key.pem'), join(box.folder, 'chain.pem')]
    writeFileSync(key, pair.key)
    writeFileSync(chain, pair.chain)
    const said = await hob(box, 'certificate', '--key', key, '--chain', chain)
    expect(said.code, said.out).toBe(0)
    expect(said.out).toContain('Certificate: yours')
    const file = join(box.dataDir, 'api', 'tls', 'owner.key.pem')
    expect(statSync(file).mode & 0o777).toBe(0o600)

    const secret = secretLine(pair)
    expect(secret.length).toBeGreaterThan(20)
    const answer = await box.asOwner('/hob/v1/certificate')
    const record = await box.asOwner('/hob/v1/audit/export?format=ndjson')
    const printed = [answer.body, said.out, record.body, JSON.stringify(box.lines)].join('\n')
    expect(printed).toContain('certificate.changed')
    expect(printed.includes(secret)).toBe(false)
    const holders = readdirSync(box.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => readFileSync(path).includes(secret))
    expect(holders).toEqual([file])

    const back = await hob(box, 'certificate', '--own', '--json')
    expect(servedCertificateSchema.parse(JSON.parse(back.out)).source).toBe('box')
    expect((await hob(box, 'certificate', '--key', key)).code).toBe(2)
    expect((await hob(box, 'certificate', '--key', key, '--chain', '/no/such')).code).toBe(1)
  })
})
