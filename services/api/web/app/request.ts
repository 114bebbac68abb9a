// One request to the box: same origin, a time limit, errors as problems. Where the box wants the person to say again who
// they are, asks for that and repeats the call once; where it lets this browser in no more, tells whoever keeps the door.
import { ProblemError, readProblem } from './problem.ts'

export interface RequestOptions {
  fetch: typeof fetch
  timeoutMs?: number
  /** Asks the person to confirm who they are; false: they would rather not. */
  confirm: () => Promise<boolean>
  /** Nobody is signed in, the role is another one now, or the box belongs to nobody. */
  refused: () => void
}

export type Requests = ReturnType<typeof createRequests>

const doorCodes = new Set(['sign_in_required', 'not_allowed', 'unclaimed'])
export const doorPath = '/hob/v1/door'

export function createRequests({ fetch, timeoutMs = 20_000, confirm, refused }: RequestOptions) {
  /** Answers once the headers are here; `signal` cancels, and ours ends the wait, after `limitMs` where it takes longer. */
  const once = async (
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    limitMs = timeoutMs,
  ): Promise<Response> => {
    const controller = new AbortController()
    const cancel = (): void => controller.abort(signal?.reason)
    if (signal?.aborted) cancel()
    signal?.addEventListener('abort', cancel, { once: true })
    const timer = setTimeout(
      () => controller.abort(new DOMException('no answer in time', 'TimeoutError')),
      limitMs,
    )
    try {
      const response = await fetch(path, {
        method,
        signal: controller.signal,
        credentials: 'same-origin',
        ...(body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      if (response.ok) return response
      // an error without a body of ours is told as `internal`
      const problem = readProblem(
        await response.json().catch(() => null),
        Number(response.headers.get('retry-after')),
      )
      if (doorCodes.has(problem.code) && path !== doorPath) refused()
      throw new ProblemError(problem)
    } finally {
      clearTimeout(timer)
    }
  }

  const send: typeof once = async (...call) => {
    try {
      return await once(...call)
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'confirm_required') throw error
      if (!(await confirm())) throw new DOMException('not confirmed', 'AbortError')
      return once(...call)
    }
  }

  const json = async <Body>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<Body> => {
    const answer: Body = await (await send(method, path, body, signal)).json()
    return answer
  }
  return {
    send,
    json,
    get: <Body>(path: string, signal?: AbortSignal): Promise<Body> =>
      json('GET', `/hob/v1${path}`, undefined, signal),
    post: <Body>(path: string, body?: unknown): Promise<Body> => json('POST', `/hob/v1${path}`, body),
    remove: async (path: string): Promise<void> => {
      await send('DELETE', `/hob/v1${path}`)
    },
  }
}
