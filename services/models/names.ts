// From what a client calls a model to the one that is here. Pure; used by the manager.
import type { InstalledModel } from '#appliance/contracts/models.ts'
import { HobError } from '#appliance/errors.ts'

/** What clients send when they do not care, or cannot leave the field out. */
const anyModel = new Set(['', 'auto', 'default'])

/**
 * The installed model that `name` means: nothing in particular → the default; else an id, then the same without
 * regard to case, then without Ollama's `:latest`. Throws model_not_found, or no_model when there is no default.
 */
export function resolveName(
  name: string,
  installed: readonly InstalledModel[],
  defaultModel: string | null,
): InstalledModel {
  const wanted = name.trim()
  if (anyModel.has(wanted.toLowerCase())) {
    const model = installed.find(({ id }) => id === defaultModel)
    if (model === undefined) throw new HobError('no_model')
    return model
  }
  const found = find(wanted, installed) ?? find(wanted.replace(/:latest$/i, ''), installed)
  if (found === undefined) throw new HobError('model_not_found', { model: name }, { param: 'model' })
  return found
}

const find = (name: string, installed: readonly InstalledModel[]): InstalledModel | undefined =>
  installed.find(({ id }) => id === name) ??
  installed.find(({ id }) => id.toLowerCase() === name.toLowerCase())
