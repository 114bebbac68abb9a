// Prints the JSON Schema of config.json, for editors; the committed copy is schema.json, kept equal by a test.
import { z } from 'zod'
import { configSchema } from './schema.ts'

process.stdout.write(`${JSON.stringify(z.toJSONSchema(configSchema, { io: 'input' }), null, 2)}\n`)
