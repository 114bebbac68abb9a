// Which names the box answers to.
import { expect, test } from 'vitest'
import { isAllowedHost } from '#services/api/walls/names.ts'

test.each([
  'localhost',
  'localhost:4620',
  'LOCALHOST:1',
  '127.0.0.1',
  '127.0.0.1:65535',
  '[::1]',
  '[::1]:4620',
])('%s is the box', (host) => expect(isAllowedHost(host)).toBe(true))

test.each([
  undefined,
  '',
  'evil.example',
  'localhost.evil.example',
  'evil.localhost',
  'localhost@evil.example',
  'localhost:4620@evil.example',
  '127.0.0.1.evil.example',
  '127.0.0.2',
  '0.0.0.0',
  '[::]',
  '2130706433',
  '0x7f.1',
  'localhost:',
  'localhost:123456',
  'localhost, evil.example',
  ' localhost',
  'localhost\u0000',
])('%j is not', (host) => expect(isAllowedHost(host)).toBe(false))
