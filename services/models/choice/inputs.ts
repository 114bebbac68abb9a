// What the choice is made from. All of it is given: the choice reads no clock, no file and no machine.
import type { FactSheet, HardwareProfile } from '#appliance/contracts/hardware.ts'
import type { InstalledModel, Plan } from '#appliance/contracts/models.ts'
import type { Catalogue } from '../catalogue/schema.ts'
import type { ModelFile, ModelKind } from '../gguf/model-file.ts'

export interface ChoicePolicy {
  /** Which kind of model is wanted. */
  readonly kind: ModelKind
  readonly floorTokensPerSecond: number
  readonly minimumContextTokens: number
  /** Below this a context costs quality; it is also the first that is tried. */
  readonly wantedContextTokens: number
  readonly maximumContextTokens: number
  readonly sequences: number
  /** Set by the owner; null: by the machine. */
  readonly threads: number | null
}

export const defaultPolicy: ChoicePolicy = {
  kind: 'chat',
  floorTokensPerSecond: 8,
  minimumContextTokens: 4096,
  wantedContextTokens: 8192,
  maximumContextTokens: 32_768,
  sequences: 4,
  threads: null,
}

export interface InstalledFile {
  readonly model: InstalledModel
  readonly file: ModelFile
}

/** A plan that was tried and did not load or crashed; plans of its model that need as much are not tried again. */
export interface FailedPlan {
  readonly plan: Plan
  readonly detail: string
}

export interface ChoiceInput {
  readonly facts: FactSheet
  readonly profile: HardwareProfile
  /** Memory that could be had now, what our own engines hold counted as free; null: as the facts say. */
  readonly availableBytes: number | null
  readonly installed: readonly InstalledFile[]
  readonly catalogue: Catalogue
  readonly policy: ChoicePolicy
  readonly failures: readonly FailedPlan[]
}
