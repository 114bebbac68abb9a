// Why a candidate won or lost, in the reader's language.
import type { Candidate, Verdict } from '#appliance/contracts/models.ts'
import type { Translation } from '../i18n/index.ts'

export function verdictWords(verdict: Verdict, { t, format }: Translation): string {
  const words = t.verdict
  switch (verdict.code) {
    case 'chosen':
      return words.chosen
    case 'lower_quality':
      return words.lowerQuality(verdict.than)
    case 'same_quality_slower':
      return words.slower(verdict.than)
    case 'needs_more_memory':
      return words.memory(format.memory(verdict.needBytes), format.memory(verdict.haveBytes))
    case 'too_slow':
      return words.slow(format.speed(verdict.tokensPerSecond), format.speed(verdict.floor))
    case 'quantization_below_floor':
      return words.quantization(verdict.floor)
    case 'context_too_short':
      return words.context(format.number(verdict.contextTokens), format.number(verdict.floor))
    case 'wrong_kind':
      return words.kind[verdict.kind]
    case 'starter_only':
      return words.starter
    case 'failed_before':
      return words.failed
    case 'not_installed':
      return words.missing
  }
}

export type Standing = 'chosen' | 'fits' | 'missing' | 'rejected'

/** How a candidate is drawn: what was chosen, what could be, what only lacks its file, what cannot be. */
export function standingOf({ verdict, installed }: Candidate): Standing {
  const { code } = verdict
  if (code === 'chosen') return 'chosen'
  if (code === 'not_installed') return 'missing'
  const fits = code === 'lower_quality' || code === 'same_quality_slower'
  if (!fits) return 'rejected'
  return installed ? 'fits' : 'missing'
}
