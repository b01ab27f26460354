/** Code actions for findings: fixes that were tried, and comments that silence a finding. */
import type { CodeAction, Range, TextEdit } from 'vscode-languageserver'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { fixInputs, isFixable } from '../../fixer/index.ts'
import { type DiagnosticEntry, forPeople, type LintOutput } from '../../inspect/output.ts'
import { safeText, shorten } from '../../lint/text.ts'
import type { Checked } from './check.ts'
import { findingOf, shownEntries } from './diagnostics.ts'
import { ignoreComment } from './ignore-comment.ts'
import { rangesIn, touch } from './places.ts'

/** CodeActionKind.QuickFix of the protocol. */
export const quickFix = 'quickfix'

/** More findings at one place do not fit a menu. */
const maxEntries = 10

/**
 * How often a document is checked for one menu, and how much text these checks read: an editor asks at each move of the cursor. A check of
 * 1 MiB takes about a second.
 */
const most = { checks: 20, units: 4 * 1024 * 1024 }

/** Longer titles do not fit a menu. */
const maxTitle = 100

/** The actions for the findings that a range touches. */
export function actionsAt(at: Range, checked: Checked, document: TextDocument): CodeAction[] {
  if (checked.kind !== 'checked') return []
  const range = rangesIn(document)
  const found = shownEntries(checked.output).flatMap((entry) => {
    const place = range({ line: entry.line ?? 1, column: entry.column ?? 1, endLine: entry.endLine, endColumn: entry.endColumn })
    return touch(place, at) ? [{ entry, diagnostic: findingOf(entry, place) }] : []
  })
  let checks = Math.min(most.checks, Math.floor(most.units / Math.max(1, checked.input.text.length)))
  const lint = (text: string): LintOutput | undefined => (checks-- > 0 ? checked.lint(text) : undefined)
  return found.slice(0, maxEntries).flatMap(({ entry, diagnostic }) => {
    const action = (title: string, edits: TextEdit[], isPreferred: boolean): CodeAction => ({
      title: shorten(safeText(title), maxTitle),
      kind: quickFix,
      diagnostics: [diagnostic],
      isPreferred,
      edit: { changes: { [document.uri]: edits } },
    })
    const fix = fixOf(entry, checked, document)
    const comment = ignoreComment(entry, checked.input.text, checked.output, lint)
    const insert = comment === undefined ? [] : [{ range: rangeAt(document, comment.offset, comment.offset), newText: comment.text }]
    return [
      ...(fix === undefined ? [] : [action(fix.title, fix.edits, true)]),
      ...(comment === undefined ? [] : [action(`Ignore ${entry.rule} here with a comment`, insert, false)]),
    ]
  })
}

/** The edits of a finding, if they change nothing but what they are for; the fixer checks that. */
function fixOf(entry: DiagnosticEntry, checked: Extract<Checked, { kind: 'checked' }>, document: TextDocument) {
  const { input, output } = checked
  const { change } = entry[forPeople]
  if (change === undefined || entry.edits === undefined || !isFixable(entry, 'all') || input.text.includes('{{')) return undefined
  const done: LintOutput = { ...output, diagnostics: [] }
  const only: LintOutput = { ...output, diagnostics: [entry] }
  const { fixed } = fixInputs([input], only, { scope: 'all', mayFix: () => true, lint: () => done })
  if (fixed.size === 0) return undefined
  const edits = entry.edits.map(({ start, end, text }): TextEdit => ({ range: rangeAt(document, start, end), newText: text }))
  const title =
    'value' in change.to ? `Set ${lastStep(change.pointer)}: ${change.to.value}` : `Fix the script: ${String(entry.data.fix ?? entry.rule)}`
  return { title, edits }
}

function lastStep(pointer: string): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1)
}

function rangeAt(document: TextDocument, start: number, end: number): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) }
}
