/** The text of one comment `# initlint-ignore RULE[/CONTAINER][, …]: reason`. */
import type { Registry } from '../lint/registry.ts'
import { safeText, shorten } from '../lint/text.ts'
import { ruleSuggestion } from '../policy/suggestion.ts'

export const directiveWord = 'initlint-ignore'

/** One rule that a comment names. */
export interface Ignore {
  readonly rule: string
  /** Null for all containers and the pod. */
  readonly container: string | null
  readonly reason: string
  readonly place: DirectivePlace
  /** Whether there was a finding that it is about. */
  isMet: boolean
}

export interface DirectivePlace {
  readonly line: number | null
  readonly column: number | null
}

export interface Directive {
  readonly place: DirectivePlace
  readonly ignores: readonly Ignore[]
  /** Why it has no effect, or not all of it. */
  readonly problems: readonly string[]
}

/** The word after a `#`, so that other comments can mention it; a colon after it is no mistake that is worth a word. */
const directive = new RegExp(`#\\s*${directiveWord}(?![\\w-])\\s*:?(.*)$`, 's')

/** Limits of what is read of one comment. */
const maxLength = 8192
const maxRules = 50

/**
 * Reads a comment.
 * @param text from its `#` to the end of the line
 * @param rules all rules
 * @returns undefined if it is another comment
 */
export function readDirective(text: string, place: DirectivePlace, rules: Registry): Directive | undefined {
  const written = directive.exec(text.slice(0, maxLength))?.[1]
  if (written === undefined) return undefined
  const colon = written.indexOf(':')
  const names = (colon === -1 ? written : written.slice(0, colon)).split(',', maxRules).map((name) => name.trim())
  const reason = shorten(safeText(colon === -1 ? '' : written.slice(colon + 1).trim()), 300)
  if (reason === '') {
    const about = names[0] === '' ? '' : ` for ${printed(names.join(', '))}`
    const problem = `the comment ${directiveWord} gives no reason${about}, so it has no effect; write "# ${directiveWord} RULE: reason"`
    return { place, ignores: [], problems: [problem] }
  }
  const ignores: Ignore[] = []
  const problems: string[] = []
  for (const name of names) {
    const slash = name.indexOf('/')
    const rule = slash === -1 ? name : name.slice(0, slash).trim()
    const container = slash === -1 ? null : name.slice(slash + 1).trim()
    if (rules.get(rule) !== undefined) ignores.push({ rule, container, reason, place, isMet: false })
    else problems.push(`the comment ${directiveWord} names "${printed(rule)}", which is not a rule${ruleSuggestion(rule, rules)}`)
  }
  return { place, ignores, problems }
}

function printed(text: string): string {
  return shorten(safeText(text), 60)
}
