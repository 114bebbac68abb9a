// What is generated and committed equals what the code generates now: a change of the API is seen in its diff.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { configSchema } from '#appliance/config/schema.ts'
import { accessTables } from '#appliance/contracts/access-table.ts'
import { openApiDocument } from '#appliance/contracts/openapi.ts'
import { clientTypes, readDocument } from '#appliance/contracts/typescript.ts'
import { read } from './tree.ts'

test('openapi.json is what the contracts say (node appliance/contracts/openapi.ts > appliance/contracts/openapi.json)', () => {
  expect(JSON.parse(read('appliance/contracts/openapi.json'))).toEqual(
    JSON.parse(JSON.stringify(openApiDocument('1'))),
  )
})

test('no pattern of openapi.json ends in the flags of JavaScript’s literal, which would be read as part of it', () => {
  expect(read('appliance/contracts/openapi.json')).not.toMatch(/"pattern": ".*\/[a-z]+"/)
})

test('the schema of config.json is what the code checks (node appliance/config/print-schema.ts > appliance/config/schema.json)', () => {
  expect(JSON.parse(read('appliance/config/schema.json'))).toEqual(
    z.toJSONSchema(configSchema, { io: 'input' }),
  )
})

test('ACCESS.md is what the contracts say (node appliance/contracts/access-table.ts > appliance/contracts/ACCESS.md)', () => {
  expect(read('appliance/contracts/ACCESS.md')).toBe(accessTables())
})

test('hob-client’s types are what the contracts say (node appliance/contracts/typescript.ts > appliance/client/types.d.ts)', () => {
  expect(read('appliance/client/types.d.ts')).toBe(clientTypes(readDocument('1')))
})

test('hob-client has the version of its Hob', () => {
  const versionOf = (file: string): unknown => Object(JSON.parse(read(file))).version
  expect(versionOf('appliance/client/package.json')).toBe(versionOf('package.json'))
})
