// Rows of numbers as ggml stores them. Q8_0 and Q4_0 round as ggml's reference quantizers do: one F16 scale for 32
// numbers (ggml-quants.c). Pure.

export const weightTypes = {
  F32: { id: 0, fileType: 0, block: 1, blockBytes: 4 },
  F16: { id: 1, fileType: 1, block: 1, blockBytes: 2 },
  Q8_0: { id: 8, fileType: 7, block: 32, blockBytes: 34 },
  Q4_0: { id: 2, fileType: 2, block: 32, blockBytes: 18 },
} as const
export type WeightType = keyof typeof weightTypes

export const encodedBytes = (elements: number, type: WeightType): number =>
  (elements / weightTypes[type].block) * weightTypes[type].blockBytes

export const encode = (values: Float32Array, type: WeightType): Uint8Array => encoders[type](values)

const encoders: Readonly<Record<WeightType, (values: Float32Array) => Uint8Array>> = {
  F32: (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  F16: (values) => new Uint8Array(Float16Array.from(values).buffer),
  Q8_0: encodeQ8,
  Q4_0: encodeQ4,
}

function encodeQ8(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(encodedBytes(values.length, 'Q8_0'))
  const view = new DataView(bytes.buffer)
  for (let block = 0; block * 32 < values.length; block++) {
    const row = values.subarray(block * 32, block * 32 + 32)
    let largest = 0
    for (const value of row) largest = Math.max(largest, Math.abs(value))
    const scale = largest / 127
    view.setFloat16(block * 34, scale, true)
    if (scale === 0) continue
    row.forEach((value, index) => view.setInt8(block * 34 + 2 + index, Math.round(value / scale)))
  }
  return bytes
}

function encodeQ4(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(encodedBytes(values.length, 'Q4_0'))
  const view = new DataView(bytes.buffer)
  for (let block = 0; block * 32 < values.length; block++) {
    const row = values.subarray(block * 32, block * 32 + 32)
    let extreme = 0
    for (const value of row) if (Math.abs(value) > Math.abs(extreme)) extreme = value
    const scale = extreme / -8
    view.setFloat16(block * 18, scale, true)
    const quant = (value: number): number =>
      scale === 0 ? 8 : Math.min(15, Math.max(0, Math.trunc(value / scale + 8.5)))
    for (let index = 0; index < 16; index++) {
      const low = quant(row[index] ?? 0)
      view.setUint8(block * 18 + 2 + index, low | (quant(row[index + 16] ?? 0) << 4))
    }
  }
  return bytes
}
