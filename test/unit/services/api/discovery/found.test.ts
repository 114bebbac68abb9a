// Boxes put together from answers: whole ones only, bounded, and with nothing in them that a terminal obeys.
import { describe, expect, it } from 'vitest'
import { createFound, type DnsRecord } from '#services/api/discovery/found.ts'

const full = 'Kitchen._hob._tcp.local'
const ptr = (name = full, ttl = 10): DnsRecord => ({ name: '_hob._tcp.local', type: 12, ttl, data: name })
const srv = (name = full, target = 'hob-ab12.local'): DnsRecord => ({
  name,
  type: 33,
  ttl: 10,
  port: 443,
  target,
})
const txt = (texts: readonly string[], name = full): DnsRecord => ({ name, type: 16, ttl: 10, data: texts })
const a = (address: string, name = 'hob-ab12.local'): DnsRecord => ({ name, type: 1, ttl: 10, address })
const texts = ['txtvers=1', 'id=ab12000000000000', 'v=0.1.0', 'claim=done', 'fp=0123456789abcdef']

const box = {
  id: 'ab12000000000000',
  name: 'Kitchen',
  host: 'hob-ab12.local',
  addresses: { v4: ['10.0.0.7'], v6: ['fe80::7'] },
  port: 443,
  version: '0.1.0',
  claimed: true,
  fingerprint: '0123456789abcdef',
}

describe('what was found', () => {
  it('is a box once all of it has come, in any order', () => {
    const found = createFound()
    found.take([a('10.0.0.7'), { ...a('fe80:0:0:0:0:0:0:7'), type: 28 }, txt(texts)])
    expect(found.boxes()).toEqual([])
    found.take([srv('KITCHEN._hob._tcp.local', 'HOB-ab12.local'), ptr()])
    expect(found.boxes()).toEqual([{ ...box, name: 'Kitchen' }])
  })

  it('leaves out what says goodbye, and other services', () => {
    const found = createFound()
    found.take([ptr(), srv(), txt(texts), srv('Web._https._tcp.local'), txt(texts, 'Web._https._tcp.local')])
    expect(found.boxes()).toHaveLength(1)
    found.take([ptr(full, 0)])
    expect(found.boxes()).toEqual([])
  })

  it('takes no box without an id, with a strange host, or port 0', () => {
    const found = createFound()
    found.take([srv('A._hob._tcp.local'), txt(['id=x'], 'A._hob._tcp.local')])
    found.take([srv('B._hob._tcp.local', 'evil.example'), txt(texts, 'B._hob._tcp.local')])
    found.take([{ ...srv('C._hob._tcp.local'), port: 0 }, txt(texts, 'C._hob._tcp.local')])
    expect(found.boxes()).toEqual([])
  })

  it('keeps orders to terminals out of names and versions', () => {
    const found = createFound()
    const name = 'a\u001B[2Jb\u202Ec._hob._tcp.local'
    found.take([srv(name), txt([...texts.slice(0, 2), 'v=\u001B]0;x\u0007', 'fp=<b>'], name)])
    expect(found.boxes()).toMatchObject([
      { name: 'a[2Jbc', version: ']0;x', claimed: null, fingerprint: null },
    ])
  })

  it('holds 200 boxes, 64 KiB of TXT and 16 addresses each at most', () => {
    const found = createFound()
    for (let n = 0; n < 500; n++) {
      const name = `Box ${n}._hob._tcp.local`
      found.take([srv(name), txt(texts, name), a(`10.0.${n >> 8}.${n & 255}`)])
    }
    expect(found.boxes()).toHaveLength(200)
    expect(found.boxes()[0]?.addresses.v4).toHaveLength(16)
    const fat = createFound()
    for (let n = 0; n < 100; n++) {
      const name = `Box ${n}._hob._tcp.local`
      fat.take([srv(name), txt([...texts, `x=${'x'.repeat(1_000)}`], name)])
    }
    expect(fat.boxes().length).toBeLessThan(64)
    expect(fat.boxes().length).toBeGreaterThan(50)
  })

  it('lets the first of two equal keys count', () => {
    const found = createFound()
    found.take([srv(), txt([...texts, 'claim=open'])])
    expect(found.boxes()[0]?.claimed).toBe(true)
  })
})
