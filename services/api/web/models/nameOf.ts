// A plan's model with its quantization, which file names often tell already.
import type { Plan } from '#appliance/contracts/models.ts'

export const nameOf = ({ model, quantization }: Pick<Plan, 'model' | 'quantization'>): string =>
  model.toLowerCase().includes(quantization.toLowerCase()) ? model : `${model} ${quantization}`
