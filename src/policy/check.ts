/** What a policy may not say although its schema allows it. Reads unchecked documents, so all problems are told at once. */
import type { Registry } from '../lint/registry.ts'
import { safeText, shorten } from '../lint/text.ts'
import { asArray, asObject, asString, isObject, type JsonObject, member } from '../model/json.ts'
import { policyApiVersion, policyKind } from './document.ts'
import { endOfDay } from './exemptions.ts'
import type { PolicyProblem } from './policy.ts'
import { childPointer, keyPath, problem } from './problem.ts'
import type { LocatedDocument } from './sources.ts'
import { nearest, suggestion } from './suggestion.ts'

type Report = (pointer: string, message: string, part?: 'value' | 'key', level?: PolicyProblem['level']) => void

/** Whether the document is a policy of this version at all; if not, nothing else in it is worth a word. */
export function checkType(document: LocatedDocument): readonly PolicyProblem[] {
  return collect(document, (report) => {
    for (const [key, wanted] of [
      ['apiVersion', policyApiVersion],
      ['kind', policyKind],
    ] as const) {
      const value = member(document.tree, key)
      if (value === wanted) continue
      if (value === undefined) report(`/${key}`, `the key ${key} is missing: write ${key}: ${wanted}`, 'key')
      else report(`/${key}`, `it is ${shown(value)}; it must be ${wanted}${suggestion(String(value), [wanted])}`)
    }
  })
}

/** Rule ids that do not exist: errors if a known one was probably meant; warnings if the rule was renamed or is unknown to this version. */
export function checkRuleIds(document: LocatedDocument, registry: Registry): readonly PolicyProblem[] {
  const known = registry.rules.map(({ meta }) => meta.id)
  return collect(document, (report) => {
    const checkId = (id: string, pointer: string, part: 'value' | 'key'): void => {
      if (registry.get(id) !== undefined) return
      const renamed = registry.renamed(id)
      if (renamed !== undefined) {
        report(pointer, `the rule ${shown(id)} is now ${renamed}; the entry has no effect until it uses that name`, part, 'warning')
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

/** Contradictions and entries that can never do what they say. */
export function checkMeaning(document: LocatedDocument): readonly PolicyProblem[] {
  return collect(document, (report) => {
    checkRegistries(asArray(member(document.tree, 'registries')), report)
    for (const [index, exemption] of asArray(member(document.tree, 'exemptions')).entries()) {
      const expires = asString(member(exemption, 'expires'))
      const isDate = expires === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(expires) || endOfDay(expires) !== undefined
      if (!isDate) report(`/exemptions/${index}/expires`, `there is no day ${expires}`)
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
      'fragile: true and pull: Always contradict each other: a start must not depend on a registry that may be offline; keep one of them',
    )
  }
}

/** A probe is sent as it stands, and what stands in a policy is no secret. What is no URL at all is the schema's to say. */
function checkProbe(probe: unknown, pointer: string, report: Report): void {
  if (typeof probe !== 'string' || !/^https?:\/\//.test(probe)) return
  if (!URL.canParse(probe)) {
    report(pointer, 'it is no URL that could be asked; write it as https://HOST/v2/')
    return
  }
  const { username, password } = new URL(probe)
  if (username !== '' || password !== '') {
    report(pointer, 'it holds credentials, which are never sent; leave them out: an answer of 401 counts as up')
  }
}

/** Globs of images that can match nothing, because names always have a slash and never a tag. */
function checkImageGlob(glob: string, pointer: string, report: Report): void {
  const warn = (message: string): void => report(pointer, message, 'value', 'warning')
  if (glob.includes(':', glob.lastIndexOf('/') + 1) && glob.includes('/'))
    warn('it matches nothing: names are compared without tag and digest')
  else if (!glob.includes('/') && !glob.includes('**'))
    warn(`it matches nothing: names are registry/repository, such as ${shown(glob)}/** or docker.io/library/nginx`)
}

function checkMatch(match: unknown, pointer: string, report: Report): void {
  for (const [index, glob] of asArray(member(match, 'images')).entries()) {
    if (typeof glob === 'string') checkImageGlob(glob, `${pointer}/images/${index}`, report)
  }
  const labels = asObject(member(match, 'labels'))
  const selectorKeys = Object.keys(labels).filter((key) => key === 'matchLabels' || key === 'matchExpressions')
  if (selectorKeys.length > 0 && selectorKeys.length < Object.keys(labels).length) {
    report(`${pointer}/labels`, 'it is either a map of labels or matchLabels and matchExpressions, not both')
  }
}

/** Options hold for a whole workload: a match that tells its containers apart cannot set them. */
function checkOptions(override: unknown, index: number, report: Report): void {
  const match = member(override, 'match')
  const narrowing = ['containers', 'images'].filter((key) => member(match, key) !== undefined)
  if (narrowing.length === 0) return
  for (const [id, entry] of Object.entries(asObject(member(override, 'rules')))) {
    if (member(entry, 'options') === undefined) continue
    const pointer = childPointer(childPointer(`/overrides/${index}/rules`, id), 'options')
    report(pointer, `options hold for the whole object, so an override whose match names ${narrowing.join(' and ')} cannot set them`, 'key')
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
  return shorten(safeText(typeof value === 'object' ? 'no text' : String(value)), 80)
}
