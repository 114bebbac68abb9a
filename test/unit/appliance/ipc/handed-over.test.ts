// Sockets that systemd opened: by name and never by their place, and only for the process that they were opened for.
import { expect, test } from 'vitest'
import { handedOver } from '#appliance/ipc/handed-over.ts'

const given = { LISTEN_PID: String(process.pid), LISTEN_FDS: '3', LISTEN_FDNAMES: 'http:unix:https' }

test('a socket is found by the name of its unit', () => {
  expect(handedOver('unix', given)).toEqual({ fd: 4 })
  expect(handedOver('https', given)).toEqual({ fd: 5 })
  expect(handedOver('mqtt', given)).toBeNull()
})

test('what was handed to a parent is not this process’s', () => {
  expect(handedOver('unix', { ...given, LISTEN_PID: '1' })).toBeNull()
  expect(handedOver('unix', {})).toBeNull()
})

test('a name without a descriptor is none', () => {
  expect(handedOver('https', { ...given, LISTEN_FDS: '2' })).toBeNull()
})
