// Finds the family that an installed file belongs to, by what its header says. Pure.
import type { ModelFile } from '../gguf/model-file.ts'
import type { Catalogue, Family } from './schema.ts'

export function familyOf(
  catalogue: Catalogue,
  file: Pick<ModelFile, 'name' | 'basename' | 'architecture' | 'parameters'>,
  fileName: string,
): Family | null {
  const names = [file.name, file.basename, fileName].filter((name) => name !== null)
  const fits = (family: Family): boolean =>
    family.match.architectures.includes(file.architecture) &&
    Math.abs(file.parameters / family.parameters - 1) <= 0.2 &&
    names.some((name) => new RegExp(family.match.name, 'iu').test(name))
  return catalogue.families.find(fits) ?? null
}
