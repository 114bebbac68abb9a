// What hob-client gives: openapi-fetch's GET, POST, PATCH and DELETE over the box's paths, and the live channel.
import type { Client } from 'openapi-fetch'
import type { LiveMessage, paths } from './types.js'

export interface Hob extends Client<paths, 'application/json'> {
  /**
   * The messages from now on, or from where an earlier connection ended: its hello's `epoch`, its last message's `seq`.
   * Leaving the loop closes it; it throws when the box closes it.
   */
  live(from?: { epoch: string; seq: number }): Promise<AsyncIterable<LiveMessage>>
}

export declare function createHob(options: {
  /** `https://hob-0000.local:4620` */
  url: string
  /** From the box's page or `hob token create`; it can do what its scopes allow. */
  token: string
}): Hob

export type { components, LiveMessage, paths } from './types.js'
