// For whom the steward is asked: who asked the api. Some of its verbs take their time, such as joining a Wi-Fi network.
import type { Context } from 'hono'
import type { AppEnv } from '#appliance/ipc/app.ts'
import type { Caller } from '#appliance/ipc/client.ts'

export const callerOf = (c: Context<AppEnv>): Caller => ({
  principal: c.get('principal'),
  requestId: c.get('requestId'),
  timeoutMs: 60_000,
})
