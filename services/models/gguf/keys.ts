// Typed look-ups in a header's metadata: a value of the wrong kind is a problem of the file, not a surprise later.
import { GgufProblem } from './cursor.ts'
import type { Metadata } from './metadata.ts'

export interface Keys {
  text(key: string): string | null
  flag(key: string): boolean | null
  /** A whole number from 0 to `limit`. */
  count(key: string, limit: number): number | null
  required(key: string, limit: number): number
  /** A number, or one for each layer; repeated where there is one. */
  perLayer(key: string, layers: number, limit: number): number[] | null
  /** Flags for each layer, where it is an array of them. */
  layerFlags(key: string, layers: number): boolean[] | null
  length(key: string): number | null
}

export function createKeys(metadata: Metadata): Keys {
  const whole = (key: string, value: unknown, limit: number): number => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > limit) {
      throw new GgufProblem(`${key} is ${String(value)}; a whole number from 0 to ${limit} is expected`)
    }
    return value
  }
  const array = (key: string): readonly (number | boolean)[] | null => {
    const value = metadata.get(key)
    return typeof value === 'object' && value !== null ? value.values : null
  }
  const count = (key: string, limit: number): number | null => {
    const value = metadata.get(key)
    return value === undefined ? null : whole(key, value, limit)
  }
  return {
    count,
    text(key) {
      const value = metadata.get(key)
      return typeof value === 'string' ? value : null
    },
    flag(key) {
      const value = metadata.get(key)
      return typeof value === 'boolean' ? value : null
    },
    required(key, limit) {
      const value = count(key, limit)
      if (value === null || value === 0) throw new GgufProblem(`${key} is missing or zero`)
      return value
    },
    perLayer(key, layers, limit) {
      const values = array(key)
      if (values === null) {
        const one = count(key, limit)
        return one === null ? null : Array.from({ length: layers }, () => one)
      }
      if (values.length < layers) {
        throw new GgufProblem(`${key} has ${values.length} values for ${layers} layers`)
      }
      return values.slice(0, layers).map((value) => whole(key, value, limit))
    },
    layerFlags(key, layers) {
      const values = array(key)
      if (values === null || values.length < layers) return null
      return values.slice(0, layers).map(Boolean)
    },
    length(key) {
      const value = metadata.get(key)
      return typeof value === 'object' && value !== null ? value.length : null
    },
  }
}
