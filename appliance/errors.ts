// The one catalogue of errors: a stable code → HTTP status, what a person reads, what to do about it.
// Everything that leaves a service as an error is a HobError; anything else is a bug and is answered as
// `internal` with the details in the log alone. The page translates by code.

import { type CatalogueEntry, entries } from './error-catalogue.ts'

export type ErrorCode = keyof typeof entries

export const errorCatalogue: Readonly<Record<ErrorCode, CatalogueEntry>> = entries

type Parameters = Readonly<Record<string, string | number>>

const fill = (template: string, parameters: Parameters): string =>
  template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole))

/** An error that may leave a service. `internal` details go into `cause`, which is logged and never sent. */
export class HobError extends Error {
  readonly code: ErrorCode
  readonly parameters: Parameters
  readonly status: number
  readonly remedy: string
  /** The request's field that is wrong, as a path such as `messages.0.content`. */
  readonly param: string | null
  /** Seconds after which trying again makes sense; sent as Retry-After. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    parameters: Parameters = {},
    options: { cause?: unknown; param?: string } = {},
  ) {
    const entry = errorCatalogue[code]
    super(fill(entry.message, parameters), { cause: options.cause })
    this.name = 'HobError'
    this.code = code
    this.parameters = parameters
    this.status = entry.status
    this.remedy = fill(entry.remedy, parameters)
    this.param = options.param ?? null
    const after = parameters['retryAfter']
    this.retryAfterSeconds = typeof after === 'number' ? after : entry.status === 503 ? 2 : undefined
  }
}

/** What a client reads: OpenAI's shape, with our code and remedy. */
export interface ErrorBody {
  error: {
    message: string
    type: string
    param: string | null
    code: ErrorCode
    remedy: string
    /** What stands in `message` and `remedy`, by the catalogue's own names: for who says them in other words. */
    values?: Parameters
    request_id?: string
  }
}

const openAiType = (status: number): string =>
  status === 429
    ? 'rate_limit_error'
    : status === 401 || status === 403 || status === 421
      ? 'permission_error'
      : status < 500
        ? 'invalid_request_error'
        : 'server_error'

/** Of the parameters those alone that the sentences tell anyway. */
function valuesOf({ code, parameters }: HobError): { values?: Parameters } {
  const { message, remedy } = errorCatalogue[code]
  const told = Object.entries(parameters).filter(([name]) => `${message}${remedy}`.includes(`{${name}}`))
  return told.length === 0 ? {} : { values: Object.fromEntries(told) }
}

/** The public face of any error; what is not a HobError becomes `internal`. */
export function toErrorBody(
  error: unknown,
  requestId?: string,
): { status: number; body: ErrorBody; retryAfterSeconds?: number } {
  const known =
    error instanceof HobError
      ? error
      : new HobError('internal', { requestId: requestId ?? '-' }, { cause: error })
  return {
    status: known.status,
    body: {
      error: {
        message: known.message,
        type: openAiType(known.status),
        param: known.param,
        code: known.code,
        remedy: known.remedy,
        ...valuesOf(known),
        ...(requestId === undefined ? {} : { request_id: requestId }),
      },
    },
    ...(known.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: known.retryAfterSeconds }),
  }
}

/** Reads an error body that another service sent back into the error it was. */
export function fromErrorBody(body: ErrorBody, status: number): HobError {
  const { code, message, remedy, param, values = {} } = body.error
  const known = code in errorCatalogue ? code : 'internal'
  const error = new HobError(known, values, param === null ? {} : { param })
  return Object.assign(error, { message, remedy, status })
}
