// A line of a box's output as the tests read it: a log line, or plain text such as a start-up error.
export interface LogLine {
  message: string
  level: string
  service: string
  [field: string]: unknown
}

export function isOurLine(text: string): LogLine {
  try {
    const value: unknown = JSON.parse(text)
    if (
      typeof value === 'object' &&
      value !== null &&
      'message' in value &&
      typeof value.message === 'string'
    ) {
      return { level: '', service: '', ...value, message: value.message }
    }
  } catch {
    // plain text, as start-up errors are
  }
  return { message: text, level: 'text', service: '' }
}
