// Reads and checks the tensor table of a GGUF header: every tensor must be of a known type, whole, aligned, inside
// the file, and must not share bytes with another one.
import { boundedCount, type Cursor, GgufProblem } from './cursor.ts'
import { limits } from './limits.ts'
import { printable, readString } from './metadata.ts'
import { type TensorType, tensorTypes } from './types.ts'

export interface TensorInfo {
  readonly name: string
  readonly type: TensorType
  readonly dimensions: readonly number[]
  readonly elements: number
  readonly bytes: number
  /** From the beginning of the tensor data. */
  readonly offset: number
}

export async function readTensors(cursor: Cursor, count: number): Promise<TensorInfo[]> {
  const names = new Set<string>()
  const tensors: TensorInfo[] = []
  for (let index = 0; index < count; index++) {
    const tensor = await readTensor(cursor)
    if (names.has(tensor.name)) throw new GgufProblem(`the tensor ${tensor.name} stands in it twice`)
    names.add(tensor.name)
    tensors.push(tensor)
  }
  return tensors
}

async function readTensor(cursor: Cursor): Promise<TensorInfo> {
  const limit = limits.tensorNameBytes
  const text = await readString(cursor, limit, limit, 'bytes in the name of a tensor')
  if (text === null || text === '') throw new GgufProblem('a tensor has no name')
  const name = printable(text)
  await cursor.ensure(4)
  const rank = boundedCount(BigInt(cursor.u32()), limits.dimensions, `dimensions of ${name}`)
  if (rank === 0) throw new GgufProblem(`the tensor ${name} has no dimensions`)
  await cursor.ensure(rank * 8 + 12)
  const dimensions = Array.from({ length: rank }, () =>
    boundedCount(cursor.u64(), Number.MAX_SAFE_INTEGER, `elements in a row of ${name}`),
  )
  const elements = dimensions.reduce((product, dimension) => product * dimension, 1)
  if (!Number.isSafeInteger(elements) || elements === 0) {
    throw new GgufProblem(`the tensor ${name} has an impossible size (${dimensions.join(' × ')})`)
  }
  const typeId = cursor.u32()
  const type = tensorTypes.get(typeId)
  if (type === undefined) throw new GgufProblem(`the tensor ${name} is of the unknown type ${typeId}`)
  const row = dimensions[0] ?? 0
  if (row % type.block !== 0) {
    throw new GgufProblem(`rows of ${name} (${row}) are not whole blocks of ${type.name} (${type.block})`)
  }
  const bytes = (elements / type.block) * type.blockBytes
  if (!Number.isSafeInteger(bytes)) throw new GgufProblem(`the tensor ${name} has an impossible size`)
  const offset = boundedCount(cursor.u64(), Number.MAX_SAFE_INTEGER, `bytes before ${name}`)
  return { name, type, dimensions, elements, bytes, offset }
}

/** Throws unless all tensors lie apart from each other between the header and the end of the file. */
export function checkPlacement(
  tensors: readonly TensorInfo[],
  { alignment, dataStart, fileBytes }: { alignment: number; dataStart: number; fileBytes: number },
): void {
  let previous: TensorInfo | undefined
  for (const tensor of [...tensors].sort((one, other) => one.offset - other.offset)) {
    if (tensor.offset % alignment !== 0) {
      throw new GgufProblem(`the tensor ${tensor.name} is not aligned to ${alignment} bytes`)
    }
    if (previous !== undefined && previous.offset + previous.bytes > tensor.offset) {
      throw new GgufProblem(`the tensors ${previous.name} and ${tensor.name} overlap`)
    }
    const end = dataStart + tensor.offset + tensor.bytes
    if (end > fileBytes) {
      throw new GgufProblem(
        `the tensor ${tensor.name} ends at byte ${end}, but the file has ${fileBytes}: it was not fully copied`,
      )
    }
    previous = tensor
  }
}
