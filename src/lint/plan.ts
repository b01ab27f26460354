/** Which rules run, and in which order: the same for all workloads that a policy treats alike, so it is made once for them. */
import type { AnyRule } from './rule.ts'

/** A rule that is on, its place among them, and its options with the defaults filled in. */
export interface Step {
  readonly rule: AnyRule
  readonly position: number
  readonly options: object
}

export interface RulePlan {
  /** The rules that are on, in the order of their diagnostics. */
  readonly on: readonly AnyRule[]
  /** The same in the order in which they run: those that read scripts last, because that takes longest. */
  readonly steps: readonly Step[]
  /** The ids of those that read scripts. */
  readonly readingScripts: readonly string[]
  /** What they absorb, by their ids; rules that absorb nothing are left out. */
  readonly absorbing: ReadonlyMap<string, NonNullable<AnyRule['meta']['absorbs']>>
}

/** Plans a run of some rules. @param isOn see `WorkloadPolicy`, as `optionsOf` */
export function planOf(rules: readonly AnyRule[], isOn: (ruleId: string) => boolean, optionsOf: (ruleId: string) => object): RulePlan {
  const on = rules.filter(({ meta }) => isOn(meta.id))
  const steps = on.map((rule, position) => ({ rule, position, options: optionsOf(rule.meta.id) }))
  const readsScripts = ({ rule }: Step): boolean => rule.meta.readsScripts === true
  const last = steps.filter(readsScripts)
  return {
    on,
    steps: [...steps.filter((step) => !readsScripts(step)), ...last],
    readingScripts: last.map(({ rule }) => rule.meta.id),
    absorbing: new Map(on.flatMap(({ meta }) => (meta.absorbs === undefined ? [] : [[meta.id, meta.absorbs] as const]))),
  }
}
