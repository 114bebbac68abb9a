// What the serving half needs from the other parts of this service, as narrow interfaces: the folder of files, the
// choice, the downloads. main.ts plugs the real ones in; tests plug in scripted ones.
import type { Hardware } from '#appliance/contracts/hardware.ts'
import type { AddModel, Choice, Download, InstalledModel, Plan } from '#appliance/contracts/models.ts'

/** A plan that did not work here, as the choice wants to know it. */
export interface LoadFailure {
  readonly plan: Plan
  readonly detail: string
}

export interface Given {
  readonly failures: readonly LoadFailure[]
  /** Memory that idle loaded models would give back: counts as free. */
  readonly reclaimableBytes: number
}

export interface Planner {
  /** The ranking over all models; its chosen one is the default. */
  choice(given: Given): Promise<Choice>
  /** The plans of one model that this machine can hold, best first; when there is none, why. */
  plansFor(model: InstalledModel, given: Given): Promise<{ plans: readonly Plan[]; reason: string }>
}

export interface Folder {
  installed(): readonly InstalledModel[]
  rejected(): readonly { readonly file: string; readonly reason: string }[]
  /** The absolute path of the model's file. */
  pathOf(model: InstalledModel): string
  remove(id: string): Promise<void>
  onChange(listener: () => void): () => void
}

export interface Downloads {
  add(request: AddModel): Promise<Download>
  list(): readonly Download[]
  cancel(id: string): Promise<Download>
  unfinishedBytes(): Promise<number>
  removeUnfinished(): Promise<void>
  onChange(listener: (download: Download) => void): () => void
}

export interface HardwareSource {
  sheet(signal: AbortSignal): Promise<Hardware>
}
