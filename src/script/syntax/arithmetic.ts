/** `$((…))` with integers, for the counters of wait loops. */

type Token = string

const tokenPattern = /\s*(\d+|[A-Za-z_]\w*|\$\{\w+\}|\$\w+|==|!=|<=|>=|&&|\|\||[-+*/%()<>!])/y

/**
 * Evaluates an arithmetic expression.
 * @param text with or without `$((` and `))`
 * @param lookup the text of a variable, undefined if it is not known
 * @returns the number, or undefined for what is not supported: unknown variables, assignments, other bases, division by zero
 */
export function evaluate(text: string, lookup: (name: string) => string | undefined): number | undefined {
  const inner = text.startsWith('$((') && text.endsWith('))') ? text.slice(3, -2) : text
  const tokens: Token[] = []
  tokenPattern.lastIndex = 0
  for (let match = tokenPattern.exec(inner); match !== null; match = tokenPattern.exec(inner)) {
    if (match[1] !== undefined) tokens.push(match[1])
    if (tokens.length > 200) return undefined
    const rest = tokenPattern.lastIndex
    if (inner.slice(rest).trim() === '') return tokens.length === 0 ? undefined : new Parser(tokens, lookup).parse()
  }
  return undefined
}

const levels: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<', '>', '<=', '>='], ['+', '-'], ['*', '/', '%']]

class Parser {
  readonly #tokens: readonly Token[]
  readonly #lookup: (name: string) => string | undefined
  #index = 0

  constructor(tokens: readonly Token[], lookup: (name: string) => string | undefined) {
    this.#tokens = tokens
    this.#lookup = lookup
  }

  parse(): number | undefined {
    const value = this.#binary(0)
    return this.#index === this.#tokens.length ? value : undefined
  }

  #binary(level: number): number | undefined {
    const operators = levels[level]
    if (operators === undefined) return this.#unary()
    let left = this.#binary(level + 1)
    for (let token = this.#tokens[this.#index]; token !== undefined && operators.includes(token); token = this.#tokens[this.#index]) {
      this.#index++
      const right = this.#binary(level + 1)
      if (left === undefined || right === undefined) return undefined
      left = apply(token, left, right)
    }
    return left
  }

  #unary(): number | undefined {
    const token = this.#tokens[this.#index++]
    if (token === undefined) return undefined
    if (token === '-' || token === '+' || token === '!') {
      const value = this.#unary()
      if (value === undefined) return undefined
      return token === '-' ? -value : token === '+' ? value : Number(value === 0)
    }
    if (token === '(') {
      const value = this.#binary(0)
      return this.#tokens[this.#index++] === ')' ? value : undefined
    }
    if (/^\d+$/.test(token)) return token.length > 1 && token.startsWith('0') ? undefined : Number(token)
    const text = this.#lookup(token.replace(/^\$\{?|\}$/g, ''))
    return text === undefined ? undefined : text.trim() === '' ? 0 : /^-?(0|[1-9]\d{0,14})$/.test(text.trim()) ? Number(text) : undefined
  }
}

function apply(operator: string, left: number, right: number): number | undefined {
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
