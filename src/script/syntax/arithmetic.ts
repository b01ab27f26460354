/** `$((…))`, `((…))` and `let` with integers, for the counters of loops. */

type Token = string

const tokenPattern = /\s*(\d+|[A-Za-z_]\w*|\$\{\w+\}|\$\w+|\+\+|--|[-+*/%]=|==|!=|<=|>=|&&|\|\||[-+*/%()<>!=,?:])/y

/** What an expression reads and changes. */
export interface Variables {
  /** The text of a variable, undefined if it is not known. */
  lookup(name: string): string | undefined
  /** Sets a variable. Without it, an expression that assigns is not supported. */
  assign?(name: string, value: number): void
  /** Receives the operands of each comparison, and of each operator whose result is not linear: NaN. */
  compared?(left: number, right: number): void
}

/** The text between `$((` and `))`, or an expression as it is. */
export function expressionOf(text: string): string {
  return text.startsWith('$((') && text.endsWith('))') ? text.slice(3, -2) : text
}

/** An assignment within an expression. The name is a whole word, so that a long one is read once. */
const assignment = /(?:\+\+|--)\s*\b([A-Za-z_]\w*)\b|\b([A-Za-z_]\w*)\b\s*(?:\+\+|--|[-+*/%]?=(?!=))/g

/** The variables that an expression changes. */
export function assignedBy(expression: string): ReadonlySet<string> {
  return new Set([...expression.matchAll(assignment)].flatMap(([, before, name]) => before ?? name ?? []))
}

/** Longest expression that is evaluated, in tokens. */
const maxTokens = 200

/**
 * Evaluates an arithmetic expression. Assignments take effect only if the whole expression is known.
 * @param text with or without `$((` and `))`
 * @returns the number, or undefined for what is not supported: unknown variables, other bases, division by zero, an assignment next to an
 * operator that may skip it
 */
export function evaluate(text: string, variables: Variables): number | undefined {
  const inner = expressionOf(text)
  if (variables.assign === undefined && assignedBy(inner).size > 0) return undefined
  if (assignedBy(inner).size > 0 && /&&|\|\||\?/.test(inner)) return undefined
  const tokens: Token[] = []
  tokenPattern.lastIndex = 0
  for (let match = tokenPattern.exec(inner); match !== null; match = tokenPattern.exec(inner)) {
    if (match[1] !== undefined) tokens.push(match[1])
    if (tokens.length > maxTokens) return undefined
    const rest = tokenPattern.lastIndex
    if (inner.slice(rest).trim() === '') return tokens.length === 0 ? undefined : evaluated(tokens, variables)
  }
  return undefined
}

function evaluated(tokens: readonly Token[], variables: Variables): number | undefined {
  const changes = new Map<string, number>()
  const lookup = (name: string) => changes.get(name)?.toString() ?? variables.lookup(name)
  const value = new Parser(tokens, lookup, changes, (left, right) => variables.compared?.(left, right)).parse()
  if (value !== undefined) for (const [name, number] of changes) variables.assign?.(name, number)
  return value
}

const levels: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<', '>', '<=', '>='], ['+', '-'], ['*', '/', '%']]
const assigning: ReadonlySet<string> = new Set(['=', '+=', '-=', '*=', '/=', '%='])

class Parser {
  readonly #tokens: readonly Token[]
  readonly #lookup: (name: string) => string | undefined
  readonly #changes: Map<string, number>
  readonly #compared: (left: number, right: number) => void
  #index = 0

  constructor(
    tokens: readonly Token[],
    lookup: (name: string) => string | undefined,
    changes: Map<string, number>,
    compared: (left: number, right: number) => void,
  ) {
    this.#tokens = tokens
    this.#lookup = lookup
    this.#changes = changes
    this.#compared = compared
  }

  parse(): number | undefined {
    const value = this.#list()
    return this.#index === this.#tokens.length ? value : undefined
  }

  /** Expressions with commas between them; the value is that of the last one. */
  #list(): number | undefined {
    let value = this.#assignment()
    while (this.#tokens[this.#index] === ',') {
      if (value === undefined) return undefined
      this.#index++
      value = this.#assignment()
    }
    return value
  }

  #assignment(): number | undefined {
    const name = this.#tokens[this.#index] ?? ''
    const operator = this.#tokens[this.#index + 1] ?? ''
    if (!assigning.has(operator) || !/^[A-Za-z_]/.test(name)) return this.#conditional()
    this.#index += 2
    const right = this.#assignment()
    const before = operator === '=' ? 0 : this.#variable(name)
    if (right === undefined || before === undefined) return undefined
    return this.#set(name, operator === '=' ? right : computed(operator.slice(0, -1), before, right))
  }

  #set(name: string, value: number | undefined): number | undefined {
    if (value !== undefined) this.#changes.set(name, value)
    return value
  }

  /** `CONDITION ? VALUE : VALUE` */
  #conditional(): number | undefined {
    const condition = this.#binary(0)
    if (this.#tokens[this.#index] !== '?') return condition
    this.#index++
    this.#compared(Number.NaN, Number.NaN)
    const first = this.#conditional()
    if (this.#tokens[this.#index++] !== ':') return undefined
    const second = this.#conditional()
    return condition === undefined ? undefined : condition === 0 ? second : first
  }

  #binary(level: number): number | undefined {
    const operators = levels[level]
    if (operators === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (let token = this.#tokens[this.#index]; token !== undefined && operators.includes(token); token = this.#tokens[this.#index]) {
      this.#index++
      const right = this.#binary(level + 1)
      if (left === undefined || right === undefined) return undefined
      if (/[<>]|[!=]=/.test(token)) this.#compared(left, right)
      else if (/[*/%&|]/.test(token)) this.#compared(Number.NaN, Number.NaN)
      left = computed(token, left, right)
    }
    return left
  }

  #unary(): number | undefined {
    const token = this.#tokens[this.#index++]
    if (token === undefined) return undefined
    if (token === '++' || token === '--') return this.#stepped(token)
    if (token === '-' || token === '+' || token === '!') return this.#signed(token)
    if (token === '(') {
      const value = this.#list()
      return this.#tokens[this.#index++] === ')' ? value : undefined
    }
    if (/^\d+$/.test(token)) return token.length > 1 && token.startsWith('0') ? undefined : Number(token)
    return /^[A-Za-z_$]/.test(token) ? this.#operand(token) : undefined
  }

  /** `++NAME` and `--NAME`. */
  #stepped(token: Token): number | undefined {
    const name = this.#tokens[this.#index++] ?? ''
    const value = /^[A-Za-z_]/.test(name) ? this.#variable(name) : undefined
    return value === undefined ? undefined : this.#set(name, value + (token === '++' ? 1 : -1))
  }

  #signed(token: Token): number | undefined {
    const value = this.#unary()
    if (value === undefined) return undefined
    if (token === '!') this.#compared(value, 0)
    return token === '-' ? -value : token === '+' ? value : Number(value === 0)
  }

  /** A variable, and the `++` or `--` after it, which changes it once its value was read. */
  #operand(token: string): number | undefined {
    const value = this.#variable(token)
    const next = this.#tokens[this.#index]
    if (next !== '++' && next !== '--') return value
    this.#index++
    if (value === undefined || !/^[A-Za-z_]/.test(token)) return undefined
    this.#set(token, value + (next === '++' ? 1 : -1))
    return value
  }

  #variable(token: string): number | undefined {
    const text = this.#lookup(token.replace(/^\$\{?|\}$/g, ''))
    return text === undefined ? undefined : text.trim() === '' ? 0 : /^-?(0|[1-9]\d{0,14})$/.test(text.trim()) ? Number(text) : undefined
  }
}

/** The result of a binary operator; undefined for a division by zero. */
export function computed(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return right === 0 ? undefined : Math.trunc(left / right)
    case '%':
      return right === 0 ? undefined : left % right
    case '<':
      return Number(left < right)
    case '>':
      return Number(left > right)
    case '<=':
      return Number(left <= right)
    case '>=':
      return Number(left >= right)
    case '==':
      return Number(left === right)
    case '!=':
      return Number(left !== right)
    case '&&':
      return Number(left !== 0 && right !== 0)
    default:
      return Number(left !== 0 || right !== 0)
  }
}
