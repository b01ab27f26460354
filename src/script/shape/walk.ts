/** Walks the syntax tree of a script without running it. */
import type { Assignment, Condition, ParameterOperation, Redirection, Statement, Word } from '../syntax/syntax.ts'

/** Every statement of a body in the order of the text, including those in loops, functions and `$(…)`. Takes linear time. */
export function* statementsIn(body: readonly Statement[]): Generator<Statement> {
  const open = [body.values()]
  for (let innermost = open.at(-1); innermost !== undefined; innermost = open.at(-1)) {
    const next = innermost.next()
    if (next.done === true) {
      open.pop()
      continue
    }
    yield next.value
    open.push(childrenOf(next.value).values())
  }
}

/** The direct children of a statement. */
export function childrenOf(statement: Statement): readonly Statement[] {
  switch (statement.kind) {
    case 'simple':
      return [
        ...statement.assignments.flatMap(inAssignment),
        ...statement.words.flatMap(statementsOf),
        ...statement.redirections.flatMap(inRedirection),
      ]
    case 'pipeline':
      return statement.commands
    case 'andOr':
      return [statement.first, ...statement.rest.map((part) => part.statement)]
    case 'if':
      return [...statement.clauses.flatMap(({ condition, body }) => [...condition, ...body]), ...statement.otherwise]
    case 'loop':
      return [...statement.condition, ...statement.body, ...(statement.update ?? [])]
    case 'for':
      return [...(statement.words ?? []).flatMap(statementsOf), ...statement.body]
    case 'case':
      return [
        ...statementsOf(statement.word),
        ...statement.items.flatMap(({ patterns, body }) => [...patterns.flatMap(statementsOf), ...body]),
      ]
    case 'subshell':
    case 'group':
      return [...statement.body, ...statement.redirections.flatMap(inRedirection)]
    case 'function':
      return [statement.body]
    case 'background':
      return [statement.statement]
    case 'test':
      return conditionWords(statement.condition).flatMap(statementsOf)
    case 'arithmetic':
    case 'opaque':
      return []
  }
}

/** The words of a `[[ … ]]`. */
export function conditionWords(condition: Condition): readonly Word[] {
  switch (condition.kind) {
    case 'unary':
      return [condition.operand]
    case 'binary':
      return [condition.left, condition.right]
    case 'not':
      return conditionWords(condition.operand)
    default:
      return condition.operands.flatMap(conditionWords)
  }
}

function inAssignment({ value, elements = [], element }: Assignment): readonly Statement[] {
  return [value, ...elements, element?.index, element?.value].flatMap((word) => (word == null ? [] : statementsOf(word)))
}

/** The word of a redirection: its target, or the text of a here-document. */
export function wordOf(redirection: Redirection): Word {
  return redirection.kind === 'here' ? redirection.body : redirection.target
}

function inRedirection(redirection: Redirection): readonly Statement[] {
  return statementsOf(wordOf(redirection))
}

/** The statements of the substitutions in a word. */
export function statementsOf(word: Word): readonly Statement[] {
  return word.parts.flatMap((part) => {
    if (part.kind === 'command' || part.kind === 'process') return part.body
    if (part.kind === 'elements') return part.index === null ? [] : statementsOf(part.index)
    if (part.kind === 'arithmetic') return part.word === undefined ? [] : statementsOf(part.word)
    return part.kind === 'parameter' ? inOperation(part.operation) : []
  })
}

/** `${NAME:-$(command)}` */
function inOperation(operation: ParameterOperation | null): readonly Statement[] {
  if (operation?.kind === 'default') return statementsOf(operation.word)
  if (operation?.kind === 'edit') return operation.operands.flatMap(statementsOf)
  return operation?.kind === 'remove' ? statementsOf(operation.pattern) : []
}
