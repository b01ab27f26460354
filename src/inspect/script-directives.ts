/** Comments `# initlint-ignore` of scripts, which are text for YAML, but comments for the shell. */
import type { Registry } from '../lint/registry.ts'
import { type Directive, type DirectivePlace, directiveWord, type Ignore, readDirective } from './ignore-directive.ts'

/** What the comments say about one line of a script. */
export interface ScriptDirective {
  /** From 1. */
  readonly target: number
  /** By rule. */
  readonly ignores: ReadonlyMap<string, Ignore>
}

/** Maximum number of comments of one script that are read. */
const maxDirectives = 100

/**
 * A comment of the shell starts at a `#` after a blank or an operator (POSIX XCU 2.3, rule 9). The word is looked for line by line: in a
 * string or a here-document it would only silence findings that its author could silence as well.
 */
const comment = new RegExp(`(?:^|[\\s;&|()])(#\\s*${directiveWord}(?![\\w-]).*)$`)

/**
 * Reads the comments of a script. A comment is about the command on its line; if it is alone on it, about the next line that is neither
 * blank nor a comment.
 * @param locate the place of a line in the file
 */
export function scriptDirectives(
  text: string,
  rules: Registry,
  locate: (line: number) => DirectivePlace | null,
): { readonly directives: readonly Directive[]; readonly byTarget: readonly ScriptDirective[] } {
  const directives: Directive[] = []
  const byTarget: ScriptDirective[] = []
  let open: Ignore[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const written = line.includes(directiveWord) && directives.length < maxDirectives ? comment.exec(line)?.[1] : undefined
    if (written !== undefined) {
      const directive = readDirective(written, locate(index + 1) ?? { line: null, column: null }, rules)
      if (directive !== undefined) directives.push(directive)
      open.push(...(directive?.ignores ?? []))
    }
    if (open.length === 0 || /^\s*(?:#|$)/.test(line)) continue
    // The first one wins, as in annotations.
    byTarget.push({ target: index + 1, ignores: new Map(open.toReversed().map((ignore) => [keyOf(ignore), ignore])) })
    open = []
  }
  return { directives, byTarget }
}

function keyOf({ rule, container }: Ignore): string {
  return container === null ? rule : `${rule}/${container}`
}
