// A failure as the page knows it: the box's own error body, or one of the few things that only the page can see.
import type { ErrorCode } from '#appliance/errors.ts'

/**
 * unreachable: no connection; broken: it ended in the middle of an answer; slow: nothing came in time; passkey: the
 * browser did not hand one over.
 */
export type PageCode = 'unreachable' | 'broken' | 'slow' | 'passkey'

export interface Problem {
  /** A code of the catalogue, of the page's own, or one that a newer box knows and this page does not. */
  readonly code: ErrorCode | PageCode | (string & {})
  readonly message: string
  readonly remedy: string
  /** The field of the request that the box objected to. */
  readonly param?: string
  /** Particulars of the sentences, by the catalogue's names. */
  readonly values?: Readonly<Record<string, unknown>>
  /** Trying again makes no sense before so many seconds have passed. */
  readonly waitSeconds?: number
}

export class ProblemError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.message)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

export const pageProblem = (code: PageCode): Problem => ({ code, message: '', remedy: '' })

export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

/** What went wrong with a request; `fallback` names the case when the browser only says that it failed. */
export const toProblem = (error: unknown, fallback: PageCode = 'unreachable'): Problem => {
  if (error instanceof ProblemError) return error.problem
  return pageProblem(error instanceof Error && error.name === 'TimeoutError' ? 'slow' : fallback)
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : null

/** Reads `{error: {code, message, remedy}}` or the inner object alone; anything else becomes `internal`. */
export function readProblem(body: unknown, waitSeconds = 0): Problem {
  const error = field(body, 'error') ?? body
  const code = text(field(error, 'code'))
  const param = text(field(error, 'param'))
  const values = field(error, 'values')
  return {
    code: code === '' ? 'internal' : code,
    message: text(field(error, 'message')),
    remedy: text(field(error, 'remedy')),
    ...(param === '' ? {} : { param }),
    ...(typeof values === 'object' && values !== null ? { values: { ...values } } : {}),
    ...(waitSeconds > 0 ? { waitSeconds } : {}),
  }
}
