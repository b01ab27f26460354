/** Finds where a comment that silences a finding must be inserted. */
import { directiveWord } from '../../inspect/ignore-directive.ts'
import type { DiagnosticEntry, LintOutput } from '../../inspect/output.ts'
import { linesOf } from '../../manifest/lines.ts'

/** A text that is inserted at an offset. */
export interface Insertion {
  readonly offset: number
  readonly text: string
}

/** What the author replaces: a reason is required. */
export const reasonToWrite = 'say why this is fine here'

/** A comment applies to the value, the container or the object that it precedes: so many of the enclosing lines are tried. */
const maxTries = 6

/**
 * The comment for a finding, above its line or, if that does not silence it, above a line that encloses it. Each place is tried: the comment
 * must silence the finding, and all findings must stay the same otherwise. Undefined if no place does, as with JSON and what is denied.
 * @param lint undefined if there were too many tries
 */
export function ignoreComment(
  entry: DiagnosticEntry,
  text: string,
  output: LintOutput,
  lint: (text: string) => LintOutput | undefined,
): Insertion | undefined {
  const { rule, container, line } = entry
  // JSON has no comments; kubectl takes a text that begins with a brace for JSON (k8s.io/apimachinery/pkg/util/yaml, GuessJSONStream).
  if (line === null || /^\s*\{/.test(text)) return undefined
  const comment = `# ${directiveWord} ${rule}${container === null ? '' : `/${container}`}: ${reasonToWrite}`
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  for (const { offset, indent } of enclosing(text, line)) {
    const insertion = { offset, text: `${indent}${comment}${eol}` }
    const changed = lint(text.slice(0, offset) + insertion.text + text.slice(offset))
    if (changed === undefined) return undefined
    if (silences(entry, output, changed)) return insertion
  }
  return undefined
}

/** The starts of a line and of the lines that enclose it by their indentation, from the inside out. */
function enclosing(text: string, from: number): readonly { readonly offset: number; readonly indent: string }[] {
  const lines = linesOf(text)
  const found: { offset: number; indent: string }[] = []
  for (let line = from; line >= 1 && found.length < maxTries; line--) {
    const offset = lines.startOf(line)
    if (offset === undefined) continue
    const [, indent = '', first = ''] = /^([ \t]*)(\S?)/.exec(text.slice(offset, offset + maxIndent)) ?? []
    const inner = found.at(-1)?.indent.length ?? Number.POSITIVE_INFINITY
    // A line that continues the one before must stay below it.
    const continues = /\\\r?\n$/.test(text.slice(Math.max(0, offset - 3), offset))
    if (first !== '' && first !== '#' && indent.length < inner && !continues) found.push({ offset, indent })
  }
  return found
}

/** Deeper lines are not searched for their first character. */
const maxIndent = 200

function silences(entry: DiagnosticEntry, before: LintOutput, after: LintOutput): boolean {
  const identities = ({ diagnostics, errors }: LintOutput): string =>
    JSON.stringify([diagnostics.map(({ fingerprint, action }) => [fingerprint, action]), errors.map(({ message }) => message)])
  return (
    identities(before) === identities(after) &&
    after.diagnostics.some(({ fingerprint, exempted }) => fingerprint === entry.fingerprint && exempted !== undefined)
  )
}
