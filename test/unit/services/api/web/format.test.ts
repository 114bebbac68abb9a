// Figures, sizes, durations and dates as a person reads them, in both languages.
import { describe, expect, it } from 'vitest'
import { createFormat } from '#services/api/web/i18n/format.ts'

const en = createFormat('en')
const zh = createFormat('zh')

describe('figures', () => {
  it('count memory in powers of 1024 and files in powers of 1000', () => {
    expect(en.memory(3.4 * 1024 ** 3)).toBe('3.4 GiB')
    expect(en.memory(512 * 1024)).toBe('512 KiB')
    expect(en.file(2_497_281_120)).toBe('2.5 GB')
    expect(en.file(999)).toBe('999 B')
  })

  it('shorten parameters and speeds', () => {
    expect(en.parameters(4_022_000_000)).toBe('4 B')
    expect(en.parameters(566_700_000)).toBe('567 M')
    expect(en.speed(11.84)).toBe('11.8 tok/s')
    expect(en.speed(951.2)).toBe('951 tok/s')
    expect(en.seconds(640)).toBe('0.6 s')
    expect(en.seconds(18.04)).toBe('18 ms')
  })

  it('say how long something still takes in its largest fitting unit', () => {
    expect(en.left(20)).toBe('20 seconds')
    expect(en.left(370)).toBe('6 minutes')
    expect(en.left(0)).toBe('1 second')
    expect(zh.left(7200)).toMatch(/2.*小时/)
  })

  it('name yesterday, and give older days their date', () => {
    const now = new Date(2026, 10, 21, 9).getTime()
    expect(en.when(new Date(2026, 10, 20, 23).toISOString(), now)).toBe('yesterday')
    expect(zh.when(new Date(2026, 10, 20, 23).toISOString(), now)).toBe('昨天')
    expect(en.when(new Date(2026, 10, 1, 23).toISOString(), now)).toContain('2026')
    expect(en.when(new Date(2026, 10, 21, 8, 5).toISOString(), now)).toContain('8:05')
  })
})
