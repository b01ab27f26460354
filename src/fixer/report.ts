/** What a run with --fix did, as data, as text and as a diff. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import { type DiagnosticEntry, forPeople, type Input, isSilenced } from '../inspect/output.ts'
import type { Action } from '../lint/rule.ts'
import { safeText } from '../lint/text.ts'
import { type FixedEntry, type FixScope, isFixable } from './fix.ts'

/** A finding that has a fix, which was not applied. */
export interface NotFixedEntry extends Omit<FixedEntry, 'from' | 'to'> {
  readonly action: Action
  /** A clause. */
  readonly reason: string
}

export interface FixReport {
  readonly fixed: readonly FixedEntry[]
  readonly notFixed: readonly NotFixedEntry[]
  /** The files that were changed, or would be. */
  readonly files: readonly string[]
  /** What would be changed, if nothing was: a unified diff. */
  readonly diff?: string
}

/**
 * The findings that remain although they have a fix.
 * @param reasonOf why an input was not changed, as a clause; undefined if its fixes were applied
 */
export function notFixedIn(
  diagnostics: readonly DiagnosticEntry[],
  scope: FixScope,
  reasonOf: (input: number) => string | undefined,
): readonly NotFixedEntry[] {
  return diagnostics.flatMap((entry) => {
    const { rule, action, file, line, object, container, pointer, edits, notEdited, [forPeople]: people } = entry
    // Only the edits of scripts are listed even if they are not for the file.
    const isInScope = scope === 'all' || edits === undefined
    const known = !isSilenced(entry) && isInScope ? notEdited : undefined
    const reason = known ?? (isFixable(entry, scope) ? reasonOf(people.input) : undefined)
    return reason === undefined
      ? []
      : [{ rule, action, file, line, object, container, pointer, reason, [forPeople]: { prefix: people.prefix } }]
  })
}

/** The number of findings that only the scope `all` fixes. */
export function waitingFor(diagnostics: readonly DiagnosticEntry[], scope: FixScope): number {
  return scope === 'all' ? 0 : diagnostics.filter((entry) => !isFixable(entry, scope) && isFixable(entry, 'all')).length
}

export interface FixTextOptions {
  /** Whether nothing was written. */
  readonly isDryRun: boolean
  /** Whether audit findings that were not fixed are also listed. */
  readonly showAudit: boolean
  /** The number of findings that only `--fix=all` fixes. */
  readonly scripts: number
}

/** One line for each finding that was fixed or could not be; an empty string if there is none. */
export function renderFixText({ fixed, notFixed, files }: FixReport, { isDryRun, showAudit, scripts }: FixTextOptions): string {
  const shown = notFixed.filter(({ action }) => showAudit || action !== 'audit')
  const hidden = notFixed.length - shown.length
  const done = isDryRun ? 'Would fix' : 'Fixed'
  const lines = [
    ...(fixed.length === 0 ? [] : [`${done} ${count(fixed.length, 'finding')} in ${count(files.length, 'file')}:`]),
    ...fixed.map((entry) => lineOf(entry, changeOf(entry))),
    ...(shown.length === 0 ? [] : [`Not fixed, although there is a fix:`]),
    ...shown.map((entry) => lineOf(entry, entry.reason)),
    ...(hidden === 0 ? [] : [`${count(hidden, 'audit finding')} with a fix that was not applied: --show audit`]),
    ...(scripts === 0 ? [] : [`${count(scripts, 'more finding')} with a tried repair of a script: --fix=all`]),
  ]
  return lines.length === 0 ? '' : `${lines.join('\n')}\n\n`
}

function lineOf({ file, line, rule, [forPeople]: { prefix } }: NotFixedEntry | FixedEntry, what: string): string {
  const place = [safeText(file ?? 'input'), ...(line === null ? [] : [line])].join(':')
  return `   ${place}  ${rule}  ${prefix}${safeText(what)}`
}

function changeOf({ pointer, from, to, [forPeople]: { repair } }: FixedEntry): string {
  if (to === undefined) return repair === undefined ? 'script repaired' : `script repaired: ${repair}`
  return `${pointer.slice(pointer.lastIndexOf('/') + 1)} ${from ?? '(not set)'} -> ${to}`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Maximum number of changed lines of one file that are shown: the work of a diff grows with their square. */
const maxChangedLines = 4000

/** A unified diff of the changed inputs, for `git apply` and `patch -p1`. */
export function renderDiff(before: readonly Input[], after: readonly Input[]): string {
  return before
    .map(({ file, text }, index) => {
      const fixed = after[index]?.text ?? text
      if (fixed === text) return ''
      const name = safeText(file ?? 'input').replace(/^\/+/, '')
      const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, text, fixed, undefined, undefined, {
        context: 3,
        maxEditLength: maxChangedLines,
        headerOptions: FILE_HEADERS_ONLY,
      })
      return patch ?? `# ${name}: more than ${maxChangedLines} lines would change; they are not shown\n`
    })
    .join('')
}
