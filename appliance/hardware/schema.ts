// The JSON Schema of a hardware profile, made from the contract. `node appliance/hardware/schema.ts >
// hardware-profiles/schema.json` writes it anew; a test compares the two.
import { z } from '@hono/zod-openapi'
import { profileSchema } from '#appliance/contracts/hardware.ts'

export const profileJsonSchema = (): string => {
  const schema = {
    title: 'A hardware profile of Hob',
    ...z.toJSONSchema(profileSchema, { target: 'draft-2020-12' }),
  }
  return `${JSON.stringify(schema, null, 2)}\n`
}

if (import.meta.main) process.stdout.write(profileJsonSchema())
