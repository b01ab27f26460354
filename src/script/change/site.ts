/** Where a command is in its script: the statements around it decide where a guard or a cleanup can be written. */
import type { Redirection, Span, Statement } from '../syntax/syntax.ts'

type Simple = Extract<Statement, { kind: 'simple' }>

export interface Site {
  readonly statement: Simple
  /** Whether the command is an item of a list, not a part of a longer statement: `guard || command` means what it says there. */
  readonly isItem: boolean
  /** The `&&`, `||` and `|` statement that contains the command, or the command itself: an item of a list. */
  readonly whole: Statement
  /** The statement of the script that contains the command. */
  readonly outermost: Statement
  /** Redirections of groups around the command. */
  readonly redirections: readonly Redirection[]
  /** The test of the nearest guard around the command: `[ -d x ] || …`, `if [ ! -d x ]; then …`. */
  readonly guard: Simple | undefined
}

interface Around extends Omit<Site, 'statement' | 'whole' | 'outermost'> {
  readonly whole: Statement | undefined
  readonly outermost: Statement | undefined
}

/** Finds the simple command at an offset; undefined if it is in a substitution, or there is none. */
export function siteOf(body: readonly Statement[], offset: number): Site | undefined {
  return inList(body, offset, { isItem: true, whole: undefined, outermost: undefined, redirections: [], guard: undefined })
}

function inList(body: readonly Statement[], offset: number, around: Around): Site | undefined {
  const statement = body.find(({ span }) => contains(span, offset))
  if (statement === undefined) return undefined
  return inStatement(statement, offset, { ...around, isItem: true, whole: statement, outermost: around.outermost ?? statement })
}

function contains({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset < end
}

function inStatement(statement: Statement, offset: number, around: Around): Site | undefined {
  const part = { ...around, isItem: false }
  switch (statement.kind) {
    case 'simple': {
      const { whole = statement, outermost = statement } = around
      return statement.span.start === offset ? { ...around, statement, whole, outermost } : undefined
    }
    case 'pipeline':
      return inParts(statement.commands, offset, part)
    case 'andOr': {
      const { first, rest } = statement
      const guard = isTest(first) && rest[0]?.operator === '||' ? first : part.guard
      return (
        inParts([first], offset, part) ??
        inParts(
          rest.map((next) => next.statement),
          offset,
          { ...part, guard },
        )
      )
    }
    case 'if':
      for (const { condition, body } of statement.clauses) {
        const [only] = condition
        const guard = (condition.length === 1 && only !== undefined ? testIn(only) : undefined) ?? around.guard
        const found = inList(condition, offset, around) ?? inList(body, offset, { ...around, guard })
        if (found !== undefined) return found
      }
      return inList(statement.otherwise, offset, around)
    case 'loop':
      return inList([...statement.condition, ...statement.body], offset, around)
    case 'for':
      return inList(statement.body, offset, around)
    case 'case':
      return inList(
        statement.items.flatMap(({ body }) => body),
        offset,
        around,
      )
    case 'subshell':
    case 'group':
      return inList(statement.body, offset, { ...around, redirections: [...around.redirections, ...statement.redirections] })
    case 'function':
      return inParts([statement.body], offset, part)
    case 'background':
      return inParts([statement.statement], offset, part)
    case 'test':
    case 'opaque':
      return undefined
  }
}

function inParts(parts: readonly Statement[], offset: number, around: Around): Site | undefined {
  const statement = parts.find(({ span }) => contains(span, offset))
  return statement === undefined ? undefined : inStatement(statement, offset, around)
}

/** The test of a condition, negated (`! test -e x`) or not. */
function testIn(statement: Statement): Simple | undefined {
  const [only, ...others] = statement.kind === 'pipeline' ? statement.commands : [statement]
  return only !== undefined && others.length === 0 && isTest(only) ? only : undefined
}

function isTest(statement: Statement): statement is Simple {
  const [name] = statement.kind === 'simple' ? statement.words : []
  const [part] = name?.parts ?? []
  return part?.kind === 'literal' && (part.text === '[' || part.text === 'test')
}
