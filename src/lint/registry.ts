import type { AnyRule } from './rule.ts'

/** The rules of this version, by id, in a stable order. */
export interface Registry {
  readonly rules: readonly AnyRule[]
  get(id: string): AnyRule | undefined
  /** The current id of a renamed rule; undefined if `id` is not a former id. */
  renamed(id: string): string | undefined
}

const kebabCase = /^[a-z]+(-[a-z]+)*$/

/**
 * Collects rules, in the given order, and checks what the types cannot: ids are kebab-case and unique, remediations end with a period,
 * every rule has messages.
 * @throws Error that names the rule and the fault; an invalid rule is a defect of initlint and must stop the start
 */
export function createRegistry(rules: readonly AnyRule[]): Registry {
  const byId = new Map<string, AnyRule>()
  const byFormerId = new Map<string, string>()
  for (const rule of rules) {
    const { id, remediation, messages } = rule.meta
    if (!kebabCase.test(id)) throw new Error(`rule id "${id}" is not kebab-case`)
    if (byId.has(id)) throw new Error(`rule id "${id}" is registered twice`)
    if (!remediation.endsWith('.')) throw new Error(`the remediation of rule "${id}" does not end with a period`)
    if (Object.keys(messages).length === 0) throw new Error(`rule "${id}" has no messages`)
    byId.set(id, rule)
    if (rule.meta.formerId !== undefined) byFormerId.set(rule.meta.formerId, id)
  }
  return Object.freeze({ rules: Object.freeze([...rules]), get: (id: string) => byId.get(id), renamed: (id: string) => byFormerId.get(id) })
}
