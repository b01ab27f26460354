import type { AnyRule } from './rule.ts'

/** The rules of this version, by id, in a stable order. */
export interface Registry {
  readonly rules: readonly AnyRule[]
  /** The rules with a fix, by precedence. */
  readonly fixing: readonly AnyRule[]
  get(id: string): AnyRule | undefined
  /** The current id of a renamed rule; undefined if `id` is not a former id. */
  renamed(id: string): string | undefined
}

const kebabCase = /^[a-z]+(-[a-z]+)*$/

/**
 * Collects rules, in the given order, and checks what the types cannot: ids are kebab-case and unique, remediations end with a period,
 * every rule has messages, and every rule with a fix has its own precedence.
 * @throws Error that names the rule and the fault; an invalid rule is a defect of initlint and must stop the start
 */
export function createRegistry(rules: readonly AnyRule[]): Registry {
  const byId = new Map<string, AnyRule>()
  const byFormerId = new Map<string, string>()
  for (const rule of rules) {
    const { id, remediation, messages, fixKind, fixPrecedence } = rule.meta
    if (!kebabCase.test(id)) throw new Error(`rule id "${id}" is not kebab-case`)
    if (byId.has(id)) throw new Error(`rule id "${id}" is registered twice`)
    if (!remediation.endsWith('.')) throw new Error(`the remediation of rule "${id}" does not end with a period`)
    if (Object.keys(messages).length === 0) throw new Error(`rule "${id}" has no messages`)
    if ((fixKind === 'none') !== (fixPrecedence === undefined)) throw new Error(`rule "${id}" has a fix without precedence, or the reverse`)
    byId.set(id, rule)
    if (rule.meta.formerId !== undefined) byFormerId.set(rule.meta.formerId, id)
  }
  for (const [former, id] of byFormerId) {
    if (byId.has(former)) throw new Error(`rule "${former}" is also the former id of ${id}`)
  }
  const fixing = rules.filter(({ meta }) => meta.fixPrecedence !== undefined).sort((a, b) => precedenceOf(a) - precedenceOf(b))
  const duplicate = fixing.find((rule, index) => precedenceOf(rule) === precedenceOf(fixing[index + 1]))
  if (duplicate !== undefined) throw new Error(`the fix of rule "${duplicate.meta.id}" has the same precedence as another fix`)
  return Object.freeze({
    rules: Object.freeze([...rules]),
    fixing: Object.freeze(fixing),
    get: (id: string) => byId.get(id),
    renamed: (id: string) => byFormerId.get(id),
  })
}

function precedenceOf(rule: AnyRule | undefined): number {
  return rule?.meta.fixPrecedence ?? Number.POSITIVE_INFINITY
}
