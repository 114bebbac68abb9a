// What the models service and its llama child say to each other over the IPC channel, in Node's "advanced"
// serialization. Both ends run the same version, and the child believes its parent; what the child says is typed, not
// trusted: the parent holds it to time limits.

import type { LlamaDevice } from '#appliance/contracts/hardware.ts'
import type { Plan } from '#appliance/contracts/models.ts'
import { type ErrorCode, HobError } from '#appliance/errors.ts'
import type { LogFields, LogLevel } from '#appliance/log.ts'
import type { EngineStats, GenerateEvent, GenerateRequest, LoadedModel } from './engine.ts'

/** Every request has an id; `abort` names it, and the answer `settled` or `failed` closes it. */
export type ToChild =
  | { readonly type: 'load'; readonly id: number; readonly file: string; readonly plan: Plan }
  | { readonly type: 'generate'; readonly id: number; readonly request: GenerateRequest }
  | { readonly type: 'embed'; readonly id: number; readonly inputs: readonly (string | readonly number[])[] }
  | { readonly type: 'stats'; readonly id: number }
  | { readonly type: 'devices'; readonly id: number; readonly backend: LlamaDevice['backend'] }
  | { readonly type: 'abort'; readonly id: number }
  /** So many events of a generation were read by whoever asked for it. */
  | { readonly type: 'read'; readonly id: number; readonly events: number }
  | { readonly type: 'ping' }
  | { readonly type: 'exit' }

export type Settled =
  | { readonly kind: 'loaded'; readonly model: LoadedModel }
  | { readonly kind: 'generated' }
  | { readonly kind: 'embedded'; readonly vectors: Float32Array[]; readonly promptTokens: number }
  | { readonly kind: 'stats'; readonly stats: EngineStats }
  | { readonly kind: 'devices'; readonly version: string; readonly devices: LlamaDevice[] }

export type FromChild =
  | { readonly type: 'pong' }
  | { readonly type: 'progress'; readonly id: number; readonly fraction: number }
  | { readonly type: 'events'; readonly id: number; readonly events: readonly GenerateEvent[] }
  | { readonly type: 'settled'; readonly id: number; readonly result: Settled }
  | { readonly type: 'failed'; readonly id: number; readonly error: WireError }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string; readonly fields: LogFields }

export interface WireError {
  readonly code: ErrorCode
  readonly parameters: Readonly<Record<string, string | number>>
  readonly param: string | null
  /** For the log. */
  readonly detail: string
}

/** A generation stands still while so many of its events were not read. */
export const unreadLimit = 256
/** The parent reports what was read in steps of this. */
export const readStep = 64

export function toWire(error: unknown): WireError {
  const known =
    error instanceof HobError ? error : new HobError('internal', { requestId: '-' }, { cause: error })
  const detail = known.cause instanceof Error ? (known.cause.stack ?? known.cause.message) : known.message
  return { code: known.code, parameters: known.parameters, param: known.param, detail }
}

export const fromWire = ({ code, parameters, param, detail }: WireError): HobError =>
  new HobError(code, parameters, { cause: new Error(detail), ...(param === null ? {} : { param }) })
