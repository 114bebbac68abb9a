// Picks the model and the way to run it: looks at every installed file × context × cache type × conversations ×
// offload, keeps the best of each, and gives every one a verdict. A pure function: the same input, the same choice.
import type { Candidate, Choice, Verdict } from '#appliance/contracts/models.ts'
import { explain, verdictWords } from './explain.ts'
import type { ChoiceInput } from './inputs.ts'
import { describeMachine } from './machine.ts'
import { type Option, optionsOf } from './options.ts'
import { compareOptions, isUsable, tierOf } from './rank.ts'
import { type Subject, subjectOfFile, subjectsOfFamily } from './subject.ts'

const maxCandidates = 200
/** With more files than this each is shown once, not once for each context. */
const maxDetailed = 30

export function choose(input: ChoiceInput): Choice {
  const machine = describeMachine(input)
  const best = (subject: Subject, detailed: boolean): Option[] => {
    const options = optionsOf(subject, machine, input.policy, input.failures).sort(compareOptions)
    return detailed ? bestOfEachContext(options) : options.slice(0, 1)
  }
  const detailed = input.installed.length <= maxDetailed
  const here = input.installed
    .flatMap((file) => best(subjectOfFile(file, input.catalogue), detailed))
    .sort(compareOptions)
  const there = input.catalogue.families
    .flatMap((family) => subjectsOfFamily(family).flatMap((subject) => best(subject, false)))
    .sort(compareOptions)

  const first = here[0]
  const winner = first !== undefined && isUsable(first) ? first : null
  const installed = here.map((option) => candidateOf(option, winner))
  const known = there.map((option) => candidateOf(option, winner))
  const better = there[0]
  const recommended =
    better !== undefined && isUsable(better) && isWorthwhile(better, winner) ? (known[0] ?? null) : null
  const candidates = [...installed.slice(0, maxCandidates - known.length), ...known].slice(0, maxCandidates)
  return {
    chosen: winner?.plan ?? null,
    candidates,
    recommended,
    words: explain({ winner, recommended, candidates, policy: input.policy, machine }),
  }
}

/** A download must bring more than the rounding of an estimate. */
const isWorthwhile = (better: Option, winner: Option | null): boolean =>
  winner === null ||
  tierOf(better) < tierOf(winner) ||
  (tierOf(better) === tierOf(winner) && better.plan.quality >= winner.plan.quality + 1)

function bestOfEachContext(sorted: readonly Option[]): Option[] {
  const seen = new Set<number>()
  return sorted.filter(({ plan }) => {
    const isFirst = !seen.has(plan.contextTokens)
    seen.add(plan.contextTokens)
    return isFirst
  })
}

function candidateOf(option: Option, winner: Option | null): Candidate {
  const verdict = verdictOf(option, winner)
  return {
    plan: option.plan,
    installed: option.subject.installed,
    verdict,
    words: verdictWords(option.plan, verdict),
  }
}

function verdictOf(option: Option, winner: Option | null): Verdict {
  if (option === winner) return { code: 'chosen' }
  if (option.obstacle !== null) return option.obstacle
  if (!option.subject.installed) return { code: 'not_installed' }
  const than = winner?.plan.model ?? ''
  return winner !== null && option.plan.quality < winner.plan.quality
    ? { code: 'lower_quality', than }
    : { code: 'same_quality_slower', than }
}
