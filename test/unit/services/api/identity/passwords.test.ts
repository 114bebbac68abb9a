// Passwords: how they are hashed, how many at once, and which are refused.
import { describe, expect, test } from 'vitest'
import { createPasswords } from '#services/api/identity/passwords.ts'
import { isWeak } from '#services/api/identity/weak.ts'

const cheap = { memoryKiB: 64, passes: 1 }

describe('a password', () => {
  test('is kept as argon2id with 19 MiB, two passes and one lane, salted', async () => {
    const passwords = createPasswords()
    const encoded = await passwords.hash('a lamp behind the stove')
    expect(encoded).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(passwords.isOutdated(encoded)).toBe(false)
    expect(await passwords.verify(encoded, 'a lamp behind the stove')).toBe(true)
    expect(await passwords.verify(encoded, 'a lamp behind the stovf')).toBe(false)
  })

  test('hashed twice gives two hashes', async () => {
    const passwords = createPasswords({ cost: cheap })
    expect(await passwords.hash('the same')).not.toBe(await passwords.hash('the same'))
  })

  test('is outdated when it was hashed with other parameters, and still right', async () => {
    const encoded = await createPasswords({ cost: cheap }).hash('a lamp behind the stove')
    const today = createPasswords({ cost: { memoryKiB: 128, passes: 1 } })
    expect(today.isOutdated(encoded)).toBe(true)
    expect(await today.verify(encoded, 'a lamp behind the stove')).toBe(true)
  })

  test('is the same however the keyboard composed its letters', async () => {
    const passwords = createPasswords({ cost: cheap })
    expect(await passwords.verify(await passwords.hash('Käsekuchen'), 'Ka\u0308sekuchen')).toBe(true)
  })

  test('of nobody is wrong', async () => {
    expect(await createPasswords({ cost: cheap }).verify(null, 'a lamp behind the stove')).toBe(false)
  })
})

describe('a flood', () => {
  test('is computed two at a time while twenty wait; the next is refused, and after it all goes on', async () => {
    const passwords = createPasswords({ cost: { memoryKiB: 1024, passes: 1 } })
    const all = await Promise.allSettled(Array.from({ length: 30 }, () => passwords.hash('a lamp')))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(22)
    const refused = all.filter((one) => one.status === 'rejected')
    expect(new Set(refused.map(({ reason }) => `${reason.status} ${reason.code}`))).toEqual(
      new Set(['503 too_busy']),
    )
    expect(await passwords.hash('a lamp')).toContain('$argon2id$')
  })
})

describe('what is guessed first', () => {
  const names = ['Vesta Meier', 'Kitchen Hob']
  test.each([
    'password',
    'Password1',
    'p@ssw0rd',
    'PASSWORD2026!',
    'passwort123',
    'letmein!!!',
    'iloveyou2',
    'qwertyuiop',
    'asdfghjkl',
    '1q2w3e4r5t',
    '1qaz2wsx',
    'qwertz123',
    'mnbvcxz1',
    'poiuytrewq',
    '12345678',
    '87654321',
    '1234567890',
    'abcdefgh',
    'zyxwvuts',
    'abcd1234',
    'aaaaaaaa',
    '11111111',
    'abababab',
    'abcabcabca',
    'xyzxyzxy',
    '        ',
    'a1a1a1a1',
    'zzzzzzza',

    'vesta123',
    'Vesta Meier',
    'vestameier'.replace('meier', '2026!!'),
    'kitchen1',
    'Kitchen Hob',
    'sunshine2024',
    'correcthorsebatterystaple',
    'woaini1314',
    '5201314520',
    'Ｐａｓｓｗｏｒｄ',
  ])('%j is refused', (word) => expect(isWeak(word, names)).toBe(true))

  test.each([
    'a lamp behind the stove',
    'hearth and home fire',
    'tram 7 to the lake',
    'zebra-kettle-47',
    'kitchen towels drying',
    'vesta likes plums',
    '灯在炉子后面亮着',
    'Tr0ub4dor&3',
    'xK9#mQ2vLp',
  ])('%j is not', (word) => expect(isWeak(word, names)).toBe(false))
})
