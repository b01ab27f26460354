/** The plans of a policy: they depend on its overrides that match a workload, and most workloads match the same ones. */
import { planOf, type RulePlan } from '../lint/plan.ts'
import type { Registry } from '../lint/registry.ts'
import type { AnyRule } from '../lint/rule.ts'
import type { Matched } from './effective.ts'

/** Maximum number of plans that are kept: a thousand overrides can match in more ways than fit into memory. */
const maxPlans = 200

export class Plans {
  readonly #registry: Registry
  readonly #plans = new Map<string, RulePlan>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /**
   * The plan for those of the rules that are on.
   * @param matched the overrides that apply or may apply, on which depends whether a rule is on, and with which options
   */
  get(
    rules: readonly AnyRule[],
    matched: readonly Matched[],
    isOn: (ruleId: string) => boolean,
    optionsOf: (ruleId: string) => object,
  ): RulePlan {
    const list = rules === this.#registry.rules ? 'all' : rules === this.#registry.fixing ? 'fixing' : undefined
    if (list === undefined) return planOf(rules, isOn, optionsOf)
    const key =
      matched.length === 0 ? list : `${list} ${matched.map(({ override, outcome }) => `${override.position} ${outcome}`).join(' ')}`
    const known = this.#plans.get(key)
    if (known !== undefined) return known
    const plan = planOf(rules, isOn, optionsOf)
    if (this.#plans.size >= maxPlans) this.#plans.clear()
    this.#plans.set(key, plan)
    return plan
  }
}
