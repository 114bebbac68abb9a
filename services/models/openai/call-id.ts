// Ids of tool calls, in OpenAI's form.
import { randomUUID } from 'node:crypto'

export const newCallId = (): string => `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`
