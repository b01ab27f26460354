/** Finds what a valid policy does that its text does not show at a glance. Such a note is no problem: it may be intended. */
import { isObject, member } from '../model/json.ts'
import type { CompiledPolicy } from './compile.ts'
import { type Budget, nameCovers, spend } from './covers.ts'
import type { RegistryEntry } from './document.ts'
import type { Decisions } from './effective.ts'
import type { MergedPolicy, ReplacedList } from './merge.ts'
import { escapesIn, writtenKeys } from './sidestep.ts'

type Note = (pointer: string, message: string) => void

/** Maximum number of comparisons of patterns, which bounds the time. */
const maxComparisons = 50_000

/** Maximum number of names in a note. */
const maxNames = 3

/**
 * Notes whom an allow list refuses, and which overrides authors of objects can switch on and off.
 * @param now ms since 1970
 */
export function effectsIn({ merged: { document }, decisions }: CompiledPolicy, now: number, note: Note): void {
  allowList(document.registries ?? [], decisions, now, note)
  const escaped = new Set<string | undefined>()
  escapesIn(document, decisions, (pointer) => escaped.add(/^\/overrides\/(\d+)\//.exec(pointer)?.[1]))
  for (const [index, { match }] of (document.overrides ?? []).entries()) {
    const keys = writtenKeys(match ?? {})
    // An override that ends a denial has a warning that says so.
    if (keys.length === 0 || escaped.has(String(index))) continue
    note(
      `/overrides/${index}/match`,
      `authors of objects write ${keys.join(' and ')} themselves, so each of them decides whether this override applies; add namespaces, namespaceSelector or users`,
    )
  }
}

/** Globs that match every image: a name always starts with a host. */
const everyImage: ReadonlySet<string> = new Set(['**', '*/**'])

const allowRule = 'registry-not-allowed'

/** Once an entry is `allowed: true`, all other registries are not. */
function allowList(registries: readonly RegistryEntry[], decisions: Decisions, now: number, note: Note): void {
  const allowed = registries.flatMap((entry, index) => (entry.allowed === true ? [{ index, match: entry.match }] : []))
  const [first] = allowed
  if (first === undefined || allowed.some(({ match }) => everyImage.has(match))) return
  const count = allowed.length === 1 ? 'one entry is' : `${allowed.length} entries are`
  note(`/registries/${first.index}/allowed`, `${count} allowed: true, ${othersOf(decisions, now)}`)
}

/** What happens to images of all other registries. */
function othersOf({ settings, overrides, exemptions }: Decisions, now: number): string {
  const action = settings.get(allowRule)?.action ?? 'off'
  const changes = overrides.flatMap(({ changes }, index) => {
    const changed = changes.get(allowRule)?.action
    return changed === undefined ? [] : [{ place: `overrides[${index}]`, denies: changed === 'deny' }]
  })
  const exempt = exemptions.flatMap(({ endsAt, covers }, index) => (now < endsAt && covers(allowRule) ? [`exemptions[${index}]`] : []))
  const denying = changes.filter(({ denies }) => denies).map(({ place }) => place)
  const sparing = [...changes.filter(({ denies }) => !denies).map(({ place }) => place), ...exempt]
  const except = sparing.length === 0 ? '' : ` except where ${listed(sparing, 'or')} applies`
  if (action === 'deny') return `so every other registry is refused, in every namespace${except}`
  if (denying.length > 0)
    return `so every other registry is refused where ${listed(denying, 'or')} applies${except === '' ? '' : ','}${except}`
  if (action === 'off') return `but the rule ${allowRule} is off, so no registry is refused`
  return action === 'audit'
    ? `but the action of ${allowRule} is audit, so other registries are only counted`
    : `so images of every other registry get a warning, but are not refused`
}

/** Notes which lists of earlier documents have no effect any more, because lists are not merged. */
export function replacementsIn({ replaced }: MergedPolicy, note: (list: ReplacedList, message: string) => void): void {
  const budget: Budget = { left: maxComparisons }
  for (const list of replaced) {
    const lost = list.pointer === '/registries' ? lostRegistries(list, budget) : lostEntries(list)
    if (lost === '') continue
    const where = list.earlier.file === list.later.file ? `at line ${list.earlier.line}` : `of ${list.earlier.file}`
    note(list, `this key replaces the list ${where}: ${lost}`)
  }
}

/** What no longer holds for registries; '' if all of it still does. */
function lostRegistries({ before, after }: ReplacedList, budget: Budget): string {
  const has = (list: readonly unknown[], key: string, value: unknown) => list.filter((entry) => member(entry, key) === value)
  // Beyond the budget, nothing is claimed.
  const isCovered = (wide: string, match: string): boolean => !spend(budget) || nameCovers(wide, match, budget)
  const lost = (key: string, value: unknown): string[] => {
    const kept = has(after, key, value).map((entry) => String(member(entry, 'match')))
    return has(before, key, value)
      .map((entry) => String(member(entry, 'match')))
      .filter((match) => !kept.some((wide) => isCovered(wide, match)))
      .map((match) => match.replace(/\/\*\*$/, ''))
  }
  const clauses: string[] = []
  const add = (names: readonly string[], what: string): void => {
    if (names.length > 0) clauses.push(`${listed(names, 'and')} ${names.length === 1 ? 'is' : 'are'} no longer ${what}`)
  }
  add(lost('fragile', true), 'fragile')
  add(lost('pull', 'Always'), 'required to be pulled with Always')
  if (has(before, 'allowed', true).length > 0 && has(after, 'allowed', true).length === 0) clauses.push('every registry is allowed')
  else add(lost('allowed', true), 'allowed')
  if (clauses.length > 0) return clauses.join('; ')
  const judged = new Set([...has(before, 'fragile', true), ...has(before, 'pull', 'Always'), ...has(before, 'allowed', true)])
  return lostEntries({ before: before.filter((entry) => !judged.has(entry)), after })
}

/** Which entries are gone; '' if there are none. */
function lostEntries({ before, after }: Pick<ReplacedList, 'before' | 'after'>): string {
  const kept = new Set(after.map((entry) => JSON.stringify(entry)))
  const gone = before.filter((entry) => !kept.has(JSON.stringify(entry)))
  if (gone.length === 0) return ''
  if (gone.some((entry) => isObject(entry) || Array.isArray(entry))) {
    return `${gone.length} of its ${before.length} ${before.length === 1 ? 'entry' : 'entries'} no longer ${gone.length === 1 ? 'applies' : 'apply'}`
  }
  return `${listed(gone.map(String), 'and')} ${gone.length === 1 ? 'is' : 'are'} no longer in it`
}

/** `a, b and 2 more` */
function listed(names: readonly string[], word: 'and' | 'or'): string {
  if (names.length > maxNames) return `${names.slice(0, maxNames).join(', ')} ${word} ${names.length - maxNames} more`
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`
}
