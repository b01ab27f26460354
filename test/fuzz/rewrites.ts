/** Rewrites of scripts that change nothing that a shell does: the verdict and the hazards of a rehearsal have to stay the same. */
import { parseScript } from '../../src/script/syntax/parse.ts'
import type { Statement, Word } from '../../src/script/syntax/syntax.ts'

/** Another text of a script, and the text of a command of it as it was before. */
export interface Rewritten {
  readonly text: string
  /** Where the paths of the rehearsal are in this text, by their usual path. */
  readonly paths?: ReadonlyMap<string, string>
}

export interface Rewrite {
  readonly name: string
  /** @returns undefined if the rewrite does not fit the script */
  apply(text: string): Rewritten | undefined
}

/** The directories that the rehearsed scripts use, and other names for them. */
export const renamedPaths: ReadonlyMap<string, string> = new Map([
  ['/data', '/vdata'],
  ['/work', '/vwork'],
  ['/own', '/vown'],
  ['/img', '/vimg'],
])

/** Whether the text has lines that a change of line ends or an indentation would damage. */
function isDelicate(text: string): boolean {
  return /<<|\\\n|#/.test(text)
}

function bodyOf(text: string): readonly Statement[] | undefined {
  const { body, fault } = parseScript(text)
  return fault === null && body.length > 0 ? body : undefined
}

const renamed: Rewrite = {
  name: 'renamed paths',
  apply(text) {
    if (/\/v(data|work|own|img)/.test(text)) return undefined
    const replaced = [...renamedPaths].reduce((all, [from, to]) => all.replaceAll(new RegExp(`${from}(?![\\w.-])`, 'g'), to), text)
    return { text: replaced, paths: renamedPaths }
  },
}

/** Replaces what is between the statements of a body. */
function betweenStatements(text: string, gap: RegExp, by: string): string | undefined {
  const body = isDelicate(text) ? undefined : bodyOf(text)
  if (body === undefined || body.length < 2) return undefined
  const pieces: string[] = []
  let end = 0
  for (const { span } of body) {
    const between = text.slice(end, span.start)
    if (end > 0 && (!gap.test(between) || text[end - 1] === '&')) return undefined
    pieces.push(end > 0 ? by : between, text.slice(span.start, span.end))
    end = span.end
  }
  return pieces.join('') + text.slice(end)
}

const onOneLine: Rewrite = {
  name: 'semicolons instead of newlines',
  apply(text) {
    const line = betweenStatements(text, /^[ \t]*\n\s*$/, '; ')
    return line === undefined ? undefined : { text: line }
  },
}

const onManyLines: Rewrite = {
  name: 'newlines instead of semicolons',
  apply(text) {
    const lines = betweenStatements(text, /^[ \t]*(?:;|\n)\s*$/, '\n')
    return lines === undefined || lines === text ? undefined : { text: lines }
  },
}

function wordsIn(statements: readonly Statement[]): Word[] {
  return statements.flatMap((statement) => {
    switch (statement.kind) {
      case 'simple':
        return [...statement.words]
      case 'andOr':
        return wordsIn([statement.first, ...statement.rest.map((part) => part.statement)])
      case 'pipeline':
        return wordsIn(statement.commands)
      case 'if':
        return wordsIn([...statement.clauses.flatMap(({ condition, body }) => [...condition, ...body]), ...statement.otherwise])
      case 'loop':
        return wordsIn([...statement.condition, ...statement.body])
      case 'for':
        return [...(statement.words ?? []), ...wordsIn(statement.body)]
      case 'subshell':
      case 'group':
        return wordsIn(statement.body)
      case 'function':
        return wordsIn([statement.body])
      default:
        return []
    }
  })
}

const quoted: Rewrite = {
  name: 'quoted words',
  apply(text) {
    const body = bodyOf(text)
    if (body === undefined || text.includes('`')) return undefined
    const spans = wordsIn(body)
      .filter(({ parts }) => parts.length === 1 && parts[0]?.kind === 'literal')
      .map(({ span }) => span)
      .filter(({ start, end }) => /^[\w./-]+$/.test(text.slice(start, end)))
      .sort((a, b) => b.start - a.start)
    if (spans.length === 0) return undefined
    const rewritten = spans.reduce((all, { start, end }) => `${all.slice(0, start)}'${all.slice(start, end)}'${all.slice(end)}`, text)
    return { text: rewritten }
  },
}

/** Whether a body depends on its place: it reads or sets positional parameters, or returns. */
function isBound(text: string): boolean {
  return /\$[@*#0-9]|\$\{[@*#0-9]|\b(return|shift|local|set --|trap)\b/.test(text)
}

const asFunction: Rewrite = {
  name: 'a function instead of its body',
  apply(text) {
    if (isBound(text) || bodyOf(text) === undefined) return undefined
    return { text: `main() {\n${text}\n}\nmain` }
  },
}

const asGroup: Rewrite = {
  name: 'a group instead of its body',
  apply: (text) => (bodyOf(text) === undefined ? undefined : { text: `{\n${text}\n}` }),
}

export const rewrites: readonly Rewrite[] = [renamed, onOneLine, onManyLines, quoted, asFunction, asGroup]
