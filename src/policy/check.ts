/** Checks that a JSON Schema cannot express. They run on unvalidated documents, so that all problems are reported at once. */
import type { Registry } from '../lint/registry.ts'
import { safeText, shorten } from '../lint/text.ts'
import { asArray, asObject, asString, isObject, type JsonObject, member } from '../model/json.ts'
import { nearest, suggestion } from '../model/nearest.ts'
import { policyApiVersion, policyKind } from './document.ts'
import { endOfDay } from './exemptions.ts'
import type { PolicyProblem } from './policy.ts'
import { childPointer, keyPath, problem } from './problem.ts'
import type { LocatedDocument } from './sources.ts'

type Report = (pointer: string, message: string, part?: 'value' | 'key', level?: PolicyProblem['level']) => void

/** Checks that the document is a policy of this version. If it is not, nothing else in it is checked. */
export function checkType(document: LocatedDocument): readonly PolicyProblem[] {
  return collect(document, (report) => {
    for (const [key, wanted] of [
      ['apiVersion', policyApiVersion],
      ['kind', policyKind],
    ] as const) {
      const value = member(document.tree, key)
      if (value === wanted) continue
      if (value === undefined) report(`/${key}`, `the key ${key} is missing; add ${key}: ${wanted}`, 'key')
      else report(`/${key}`, `the value is ${shown(value)}, but it must be ${wanted}${suggestion(String(value), [wanted])}`)
    }
  })
}

/** Reports rule ids that do not exist: an error if a known id was probably meant, a warning if the rule was renamed or is unknown. */
export function checkRuleIds(document: LocatedDocument, registry: Registry): readonly PolicyProblem[] {
  const known = registry.rules.map(({ meta }) => meta.id)
  return collect(document, (report) => {
    const checkId = (id: string, pointer: string, part: 'value' | 'key'): void => {
      if (registry.get(id) !== undefined) return
      const renamed = registry.renamed(id)
      if (renamed !== undefined) {
        report(pointer, `the rule ${shown(id)} was renamed to ${renamed}; the entry has no effect until it uses that name`, part, 'warning')
        return
      }
      const meant = nearest(id, known)
      if (meant !== undefined) report(pointer, `there is no rule ${shown(id)}; did you mean ${meant}?`, part)
      else report(pointer, `this version of initlint has no rule ${shown(id)}; the entry has no effect`, part, 'warning')
    }
    for (const [pointer, entries] of rulesMappings(document.tree)) {
      for (const id of Object.keys(entries)) checkId(id, childPointer(pointer, id), 'key')
    }
    for (const [index, exemption] of asArray(member(document.tree, 'exemptions')).entries()) {
      for (const [item, id] of asArray(member(exemption, 'rules')).entries()) {
        if (typeof id === 'string' && id !== '*') checkId(id, `/exemptions/${index}/rules/${item}`, 'value')
      }
    }
  })
}

/** The document without entries for rules that the registry does not know. */
export function withoutUnknownRules(tree: JsonObject, registry: Registry): JsonObject {
  const known = (holder: unknown): unknown => {
    const rules = member(holder, 'rules')
    if (!isObject(holder) || !isObject(rules)) return holder
    return { ...holder, rules: Object.fromEntries(Object.entries(rules).filter(([id]) => registry.get(id) !== undefined)) }
  }
  const overrides = member(tree, 'overrides')
  const withKnown = asObject(known(tree))
  return Array.isArray(overrides) ? { ...withKnown, overrides: overrides.map(known) } : withKnown
}

function* rulesMappings(tree: JsonObject): Generator<[string, JsonObject]> {
  yield ['/rules', asObject(member(tree, 'rules'))]
  for (const [index, override] of asArray(member(tree, 'overrides')).entries()) {
    yield [`/overrides/${index}/rules`, asObject(member(override, 'rules'))]
  }
}

/** Reports contradictions and entries that can never have an effect. */
export function checkMeaning(document: LocatedDocument): readonly PolicyProblem[] {
  return collect(document, (report) => {
    checkRegistries(asArray(member(document.tree, 'registries')), report)
    for (const [index, exemption] of asArray(member(document.tree, 'exemptions')).entries()) {
      const expires = asString(member(exemption, 'expires'))
      const isDate = expires === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(expires) || endOfDay(expires) !== undefined
      if (!isDate) report(`/exemptions/${index}/expires`, `there is no such date as ${expires}; write the last day as YYYY-MM-DD`)
      checkMatch(member(exemption, 'match'), `/exemptions/${index}/match`, report)
    }
    for (const [index, override] of asArray(member(document.tree, 'overrides')).entries()) {
      checkMatch(member(override, 'match'), `/overrides/${index}/match`, report)
      checkOptions(override, index, report)
    }
  })
}

function checkRegistries(registries: readonly unknown[], report: Report): void {
  const fragile = new Set<unknown>()
  const pullAlways = new Set<unknown>()
  for (const [index, entry] of registries.entries()) {
    const match = member(entry, 'match')
    if (typeof match === 'string') checkImageGlob(match, `/registries/${index}/match`, report)
    checkProbe(member(entry, 'probe'), `/registries/${index}/probe`, report)
    if (member(entry, 'fragile') === true) fragile.add(match)
    if (member(entry, 'pull') === 'Always') pullAlways.add(match)
    const added = member(entry, 'fragile') === true || member(entry, 'pull') === 'Always'
    if (!added || !fragile.has(match) || !pullAlways.has(match)) continue
    const key = member(entry, 'pull') === 'Always' ? 'pull' : 'fragile'
    report(
      `/registries/${index}/${key}`,
      'fragile: true and pull: Always contradict each other, because a container start must not depend on a registry that may be offline; remove one of them',
    )
  }
}

/** A probe is sent exactly as written, and a policy is not secret. Text that does not look like a URL is reported by the schema. */
function checkProbe(probe: unknown, pointer: string, report: Report): void {
  if (typeof probe !== 'string' || !/^https?:\/\//.test(probe)) return
  if (!URL.canParse(probe)) {
    report(pointer, 'the probe is not a valid URL; write https://HOST/v2/')
    return
  }
  const { username, password } = new URL(probe)
  if (username !== '' || password !== '') {
    report(pointer, 'the URL contains credentials, which are never sent; remove them: a 401 response counts as up')
  }
}

/** Warns about image globs that match nothing: an image name always contains a slash and never a tag. */
function checkImageGlob(glob: string, pointer: string, report: Report): void {
  // A URL has a remark of its own.
  if (glob.includes('://')) return
  const warn = (message: string): void => report(pointer, message, 'value', 'warning')
  if (glob.includes(':', glob.lastIndexOf('/') + 1) && glob.includes('/'))
    warn('the glob matches nothing, because names are compared without tag and digest; remove the tag')
  else if (!glob.includes('/') && !glob.includes('**'))
    warn(
      `the glob matches nothing, because names are registry/repository; write ${shown(glob)}/** or, for example, docker.io/library/nginx`,
    )
}

function checkMatch(match: unknown, pointer: string, report: Report): void {
  for (const [index, glob] of asArray(member(match, 'images')).entries()) {
    if (typeof glob === 'string') checkImageGlob(glob, `${pointer}/images/${index}`, report)
  }
  const labels = asObject(member(match, 'labels'))
  const selectorKeys = Object.keys(labels).filter((key) => key === 'matchLabels' || key === 'matchExpressions')
  if (selectorKeys.length > 0 && selectorKeys.length < Object.keys(labels).length) {
    report(`${pointer}/labels`, 'labels mixes two forms; write either a map of labels or matchLabels and matchExpressions')
  }
}

/** Options apply to an entire workload, so a match that distinguishes its containers cannot set them. */
function checkOptions(override: unknown, index: number, report: Report): void {
  const match = member(override, 'match')
  const narrowing = ['containers', 'images', 'roles'].filter((key) => member(match, key) !== undefined)
  if (narrowing.length === 0) return
  for (const [id, entry] of Object.entries(asObject(member(override, 'rules')))) {
    if (member(entry, 'options') === undefined) continue
    const pointer = childPointer(childPointer(`/overrides/${index}/rules`, id), 'options')
    const keys = narrowing.join(' and ')
    report(pointer, `options apply to the entire object, so an override that matches ${keys} cannot set them; remove ${keys}`, 'key')
  }
}

function collect(document: LocatedDocument, check: (report: Report) => void): readonly PolicyProblem[] {
  const problems: PolicyProblem[] = []
  check((pointer, message, part = 'value', level = 'error') => {
    problems.push(problem(level, document.file, document.locate(pointer, part), keyPath(document.tree, pointer), message))
  })
  return problems
}

function shown(value: unknown): string {
  return shorten(safeText(typeof value === 'object' ? 'not a string' : String(value)), 80)
}
